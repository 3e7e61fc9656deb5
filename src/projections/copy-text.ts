/** Rows in the text format of COPY: tabs between values, `\N` for null, a backslash before what is special. */
import type { Column, Columns } from './columns.ts'
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

/**
 * A function that makes one line of COPY with the columns of a row. It is made as code: a loop over
 * thirty columns costs several times as much, and most of a batch's time here are such lines. Only
 * names of our own tables enter the code.
 */
export function lineMaker(columns: Columns): (row: AnyRow) => string {
  const values = Object.entries(columns).map(([name, column]) => valueOf(name, column))
  const make = new Function(
    'escaped',
    'json',
    `'use strict'
return (row) => ${values.join(" + '\\t' + ")} + '\\n'`,
  )
  return make(escaped, json) as (row: AnyRow) => string
}

function valueOf(name: string, { sql, nullable }: Column<unknown>): string {
  const value = `row.${name}`
  const text =
    sql === 'text' ? `escaped(${value})` : sql === 'jsonb' ? `json(${value})` : `String(${value})`
  return nullable ? `(${value} === null ? '\\\\N' : ${text})` : text
}

/** A value as PostgreSQL reads it from a parameter of type text. */
export function textOf(value: unknown, { sql }: Column<unknown>): string | null {
  if (value === null) return null
  if (sql === 'jsonb') return JSON.stringify(value, withoutNul)
  return withoutNul('', String(value as string | number | bigint | boolean)) as string
}

function json(value: unknown): string {
  return escaped(JSON.stringify(value, withoutNul))
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
