import type { MatrixRow } from './case.ts'

/** One document, a row a line: for programs, and still readable. */
export function asJson(rows: readonly MatrixRow[]): string {
  return `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`
}

const WORDS = { pass: 'pass', fail: 'FAIL', 'not-enforceable': 'n/e', absent: 'absent' } as const

/** Cases down, engines across, seconds in each cell that ran; then every reason that is not the same. */
export function asTable(rows: readonly MatrixRow[]): string {
  const engines = [...new Set(rows.map(({ engine }) => engine))]
  const cases = [...new Set(rows.map((row) => row.case))]
  const head = ['case', ...engines]
  const cells = cases.map((id) => [
    id,
    ...engines.map((engine) =>
      wordOf(rows.find((row) => row.case === id && row.engine === engine)),
    ),
  ])
  const widths = head.map((title, at) =>
    Math.max(title.length, ...cells.map((line) => line[at]?.length ?? 0)),
  )
  const lines = [head, ...cells].map((line) =>
    line
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${versions(rows)}${lines.join('\n')}\n${reasons(rows)}${counts(rows)}\n`
}

function wordOf(row: MatrixRow | undefined): string {
  if (row === undefined) return ''
  return row.seconds > 0 ? `${WORDS[row.result]} ${row.seconds.toFixed(1)}` : WORDS[row.result]
}

function versions(rows: readonly MatrixRow[]): string {
  const found = new Map(rows.map(({ engine, version }) => [engine, version]))
  return [...found]
    .filter(([, version]) => version !== '')
    .map(([engine, version]) => `${engine}: ${version}\n`)
    .join('')
}

/** Cells of one engine that have a reason in common share a line. */
function reasons(rows: readonly MatrixRow[]): string {
  const grouped = new Map<string, string[]>()
  for (const { engine, result, reason, case: id } of rows) {
    if (reason === null) continue
    const key = `${WORDS[result]} ${engine}: ${reason}`
    grouped.set(key, [...(grouped.get(key) ?? []), id])
  }
  return [...grouped].map(([key, ids]) => `${key} (${ids.join(', ')})\n`).join('')
}

function counts(rows: readonly MatrixRow[]): string {
  return (['pass', 'fail', 'not-enforceable', 'absent'] as const)
    .map((cell) => `${rows.filter(({ result }) => result === cell).length} ${cell}`)
    .join(', ')
}
