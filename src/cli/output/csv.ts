/** RFC 4180 lines of a list: one column for every scalar field of the first level and of objects in it. */
export function csvOf(rows: readonly object[]): string {
  const flat = rows.map((row) => flatten(row, ''))
  const names = [...new Set(flat.flatMap((row) => [...row.keys()]))]
  const lines = flat.map((row) => names.map((name) => cell(row.get(name))).join(','))
  return `${[names.map(cell).join(','), ...lines].join('\r\n')}\r\n`
}

function flatten(row: object, prefix: string): Map<string, unknown> {
  const out = new Map<string, unknown>()
  for (const [name, value] of Object.entries(row)) {
    if (Array.isArray(value)) {
      const isScalar = value.every((item) => typeof item !== 'object')
      out.set(prefix + name, isScalar ? value.join(' ') : JSON.stringify(value))
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of flatten(value, `${prefix}${name}.`)) out.set(key, item)
    } else out.set(prefix + name, value)
  }
  return out
}

function cell(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? '')
  if (text === '""') return ''
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
