/** Reading and writing many rows of one table in one statement, the same on both engines. */
import { CompiledQuery, type Kysely } from 'kysely'
import type { Column, Table } from './columns.ts'
import { snake } from './columns.ts'
import type { Key } from './change.ts'
import type { Schema } from './tables.ts'

export type AnyRow = Record<string, unknown>

/**
 * Rows by primary key. Values travel as one text array a column and are cast in SQL, because the
 * two drivers encode typed arrays differently.
 */
export async function loadRows(
  db: Kysely<Schema>,
  of: Table,
  keys: readonly Key[],
): Promise<AnyRow[]> {
  const names = of.key.map((name) => `"${snake(name)}"`)
  const casts = of.key.map((name, at) => `x.k${at}::${columnOf(of, name).sql}`)
  const arrays = of.key.map((_, at) => `$${at + 1}::text[]`)
  const aliases = of.key.map((_, at) => `k${at}`)
  const text =
    `select t.* from unnest(${arrays.join(', ')}) as x(${aliases.join(', ')}) ` +
    `join "${snake(of.name)}" t on (${names.map((name) => `t.${name}`).join(', ')}) = (${casts.join(', ')})`
  const values = of.key.map((_, at) => keys.map((key) => toText(key[at])))
  return (await db.executeQuery<AnyRow>(CompiledQuery.raw(text, values))).rows
}

/** Writes whole rows: new ones are inserted, with `replace` those that exist are overwritten. */
export async function writeRows(
  db: Kysely<Schema>,
  of: Table,
  rows: readonly AnyRow[],
  replace: boolean,
): Promise<void> {
  if (rows.length === 0) return
  const columns = Object.entries(of.columns)
  const names = columns.map(([name]) => `"${snake(name)}"`)
  const arrays = columns.map((_, at) => `$${at + 1}::text[]`)
  const casts = columns.map(([, column], at) => `x.c${at}::${column.sql}`)
  const aliases = columns.map((_, at) => `c${at}`)
  const text =
    `insert into "${snake(of.name)}" (${names.join(', ')}) select ${casts.join(', ')} ` +
    `from unnest(${arrays.join(', ')}) as x(${aliases.join(', ')})${replace ? onConflict(of) : ''}`
  const values = columns.map(([name, column]) => rows.map((row) => toText(row[name], column)))
  await db.executeQuery(CompiledQuery.raw(text, values))
}

function onConflict(of: Table): string {
  const quoted = (name: string) => `"${snake(name)}"`
  const others = Object.keys(of.columns).filter((name) => !of.key.includes(name))
  const sets = others.map((name) => `${quoted(name)} = excluded.${quoted(name)}`)
  return ` on conflict (${of.key.map(quoted).join(', ')}) do update set ${sets.join(', ')}`
}

function columnOf(of: Table, name: string): Column<unknown> {
  const column = of.columns[name]
  if (column === undefined) throw new Error(`${of.name} has no column ${name}`)
  return column
}

/** PostgreSQL text cannot hold the character 0; it is shown as U+FFFD. */
function toText(value: unknown, column?: Column<unknown>): string | null {
  if (value === null || value === undefined) return null
  if (column?.sql === 'jsonb') return JSON.stringify(value, (_, part: unknown) => withoutNul(part))
  return String(withoutNul(value as string | number | bigint | boolean))
}

function withoutNul<T>(value: T): T | string {
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value
}
