/** Rows in the text format of COPY: tabs between values, `\N` for null, a backslash before what is special. */
import type { Column, Columns, SqlType } from './columns.ts'
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

/** Lines of COPY with the columns of rows, one a row. */
export function copyLines(columns: Columns, rows: readonly AnyRow[]): string {
  const names = Object.keys(columns)
  const types = Object.values(columns).map(({ sql }) => sql)
  const last = names.length - 1
  let lines = ''
  for (const row of rows) {
    for (let at = 0; at <= last; at++) {
      lines += valueText(row[names[at]!], types[at]!)
      lines += at === last ? '\n' : '\t'
    }
  }
  return lines
}

function valueText(value: unknown, type: SqlType): string {
  if (value === null) return '\\N'
  if (typeof value === 'number') return `${value}`
  if (typeof value === 'string') return escaped(value)
  if (type === 'jsonb') return escaped(JSON.stringify(value, withoutNul))
  return `${value as bigint | boolean}`
}

/** A value as PostgreSQL reads it from a parameter of type text. */
export function textOf(value: unknown, { sql }: Column<unknown>): string | null {
  if (value === null) return null
  if (sql === 'jsonb') return JSON.stringify(value, withoutNul)
  return typeof value === 'string'
    ? value.replaceAll('\0', '\uFFFD')
    : `${value as number | bigint | boolean}`
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
