import stringWidth from 'string-width'

export interface TableColumn {
  readonly title: string
  /** numbers stand to the right */
  readonly right?: boolean
}

const GAP = '  '

/** Lines of an aligned table, titles first; a Chinese character is two cells wide. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): string[] {
  const titles = columns.map((column) => column.title)
  const widths = columns.map((_, at) =>
    Math.max(...[titles, ...rows].map((row) => stringWidth(row[at] ?? ''))),
  )
  return [titles, ...rows].map((row) =>
    columns
      .map((column, at) => pad(row[at] ?? '', widths[at] ?? 0, column.right === true))
      .join(GAP)
      .trimEnd(),
  )
}

/** `name  value` lines, values aligned. */
export function pairLines(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...pairs.map(([name]) => stringWidth(name)))
  return pairs.map(([name, value]) => `${pad(name, width, false)}${GAP}${value}`.trimEnd())
}

function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, width - stringWidth(text)))
  return right ? space + text : text + space
}
