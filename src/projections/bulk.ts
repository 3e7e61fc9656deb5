/** Reading and writing many rows of one table in one statement, the same on both engines. */
import type { Column, Table } from './columns.ts'
import { snake } from './columns.ts'
import type { Key } from './change.ts'
import { copyLines, textOf } from './copy-text.ts'
import type { AnyRow, Session } from './database.ts'

/** so many rows are written by one statement, more by three */
const FEW = 100

/**
 * Rows by primary key. Keys travel as one text array a column and are cast in SQL, because the two
 * drivers encode typed arrays differently.
 */
export async function loadRows(
  session: Session,
  of: Table,
  keys: readonly Key[],
): Promise<readonly AnyRow[]> {
  const wanted = Object.keys(of.columns).map((name) => `t.${quoted(name)} as "${name}"`)
  const names = of.key.map((name) => `t.${quoted(name)}`)
  const casts = of.key.map((name, at) => `x.k${at}::${columnOf(of, name).sql}`)
  const arrays = of.key.map((_, at) => `$${at + 1}::text[]`)
  const aliases = of.key.map((_, at) => `k${at}`)
  const text =
    `select ${wanted.join(', ')} from unnest(${arrays.join(', ')}) as x(${aliases.join(', ')}) ` +
    `join ${quoted(of.name)} t on (${names.join(', ')}) = (${casts.join(', ')})`
  const values = of.key.map((_, at) => keys.map((key) => String(key[at])))
  return session.query(text, values)
}

/** Adds whole new rows. */
export async function addRows(session: Session, of: Table, rows: readonly AnyRow[]): Promise<void> {
  if (rows.length > 0) await session.copy(quoted(of.name), copyLines(of.columns, rows))
}

/** Writes whole rows over those with the same keys. */
export async function replaceRows(
  session: Session,
  of: Table,
  rows: readonly AnyRow[],
): Promise<void> {
  if (rows.length > FEW) await replaceStaged(session, of, rows)
  else if (rows.length > 0) await replaceFew(session, of, rows)
}

/** In one statement, with the values as one text array a column. */
async function replaceFew(session: Session, of: Table, rows: readonly AnyRow[]): Promise<void> {
  const names = Object.keys(of.columns)
  const arrays = names.map((_, at) => `$${at + 1}::text[]`)
  const aliases = names.map((name) => quoted(name))
  const cast = (name: string) => `s.${quoted(name)}::${columnOf(of, name).sql}`
  const others = names.filter((name) => !of.key.includes(name))
  const sets = others.map((name) => `${quoted(name)} = ${cast(name)}`)
  const same = of.key.map((name) => `t.${quoted(name)} = ${cast(name)}`)
  await session.query(
    `update ${quoted(of.name)} t set ${sets.join(', ')} from unnest(${arrays.join(', ')}) ` +
      `as s(${aliases.join(', ')}) where ${same.join(' and ')}`,
    names.map((name) => rows.map((row) => textOf(row[name], columnOf(of, name)))),
  )
}

/** Twice as quick for many: they are copied into a table of this connection first. */
async function replaceStaged(session: Session, of: Table, rows: readonly AnyRow[]): Promise<void> {
  const staged = quoted(`staged_${of.name}`)
  await session.query(
    `create temp table if not exists ${staged} (like ${quoted(of.name)}) on commit delete rows`,
    [],
  )
  await session.copy(staged, copyLines(of.columns, rows))
  const others = Object.keys(of.columns).filter((name) => !of.key.includes(name))
  const sets = others.map((name) => `${quoted(name)} = s.${quoted(name)}`)
  const same = of.key.map((name) => `t.${quoted(name)} = s.${quoted(name)}`)
  await session.query(
    `update ${quoted(of.name)} t set ${sets.join(', ')} from ${staged} s where ${same.join(' and ')}`,
    [],
  )
}

function quoted(name: string): string {
  return `"${snake(name)}"`
}

function columnOf(of: Table, name: string): Column<unknown> {
  const column = of.columns[name]
  if (column === undefined) throw new Error(`${of.name} has no column ${name}`)
  return column
}
