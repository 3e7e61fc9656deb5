/** Rows in the text format of COPY: tabs between values, `\N` for null, a backslash before what is special. */
import type { Column } from './columns.ts'
import type { AnyRow } from './database.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  // PostgreSQL text cannot hold the character 0; it is shown as U+FFFD.
  '\0': '\uFFFD',
}
const SPECIAL = /[\\\t\n\r\0]/
const ALL_SPECIAL = /[\\\t\n\r\0]/g

/** One line of COPY with these columns of a row. */
export function copyLine(
  columns: readonly (readonly [string, Column<unknown>])[],
  row: AnyRow,
): string {
  let line = ''
  let before = ''
  for (const [name, { sql }] of columns) {
    line += before
    before = '\t'
    const value = row[name]
    if (value === null || value === undefined) line += '\\N'
    else if (typeof value === 'string') line += escaped(value)
    else if (sql === 'jsonb') line += escaped(JSON.stringify(value, withoutNul))
    else line += String(value as number | bigint | boolean)
  }
  return `${line}\n`
}

function escaped(text: string): string {
  return SPECIAL.test(text)
    ? text.replaceAll(ALL_SPECIAL, (found) => ESCAPES[found] ?? found)
    : text
}

/** In JSON the character 0 is six plain ones, which jsonb refuses. */
function withoutNul(_: string, part: unknown): unknown {
  return typeof part === 'string' ? part.replaceAll('\0', '\uFFFD') : part
}
