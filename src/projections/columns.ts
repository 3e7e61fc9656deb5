/**
 * A table described once: its SQL, its row type and its bulk writes all follow from the description.
 * Names are those of messages (`priceTicks`); in SQL they are snake case (`price_ticks`).
 */
export type SqlType = 'int8' | 'numeric(38,0)' | 'text' | 'boolean' | 'jsonb'
export interface Column<T> {
  readonly sql: SqlType
  readonly nullable: boolean
  /** never set; carries the type of a value */
  readonly value?: T
}

/** Integers of seq, ids, counts, ticks, seconds and microseconds. */
export const integer: Column<number> = { sql: 'int8', nullable: false }
/** Money in micro-units. */
export const money: Column<bigint> = { sql: 'numeric(38,0)', nullable: false }
export const flag: Column<boolean> = { sql: 'boolean', nullable: false }
/** A text of a closed word list, or any text. */
export const word = <T extends string = string>(): Column<T> => ({ sql: 'text', nullable: false })
/** A value without bigint or undefined, kept whole. */
export const json = <T>(): Column<T> => ({ sql: 'jsonb', nullable: false })
/** The same column, or nothing. */
export const orNull = <T>(column: Column<T>): Column<T | null> => ({
  sql: column.sql,
  nullable: true,
})

export type Columns = Readonly<Record<string, Column<unknown>>>
export type RowOf<C extends Columns> = {
  [K in keyof C]: C[K] extends Column<infer T> ? T : never
}

export interface Table<C extends Columns = Columns> {
  readonly name: string
  readonly columns: C
  /** columns of the primary key, in order */
  readonly key: readonly string[]
  /**
   * Rows are added and never changed or looked up by the key: the table has no index for it, for an
   * index costs as much as the row. What reads it brings its own.
   */
  readonly isAppended: boolean
}
export type Row<T extends Table> = RowOf<T['columns']>

/** Describes a table; `key` are the columns of its primary key. */
export function table<C extends Columns>(
  name: string,
  key: readonly (keyof C & string)[],
  columns: C,
): Table<C> {
  return { name, columns, key, isAppended: false }
}

/** Describes a table whose rows are only ever added. */
export function appendedTable<C extends Columns>(
  name: string,
  key: readonly (keyof C & string)[],
  columns: C,
): Table<C> {
  return { name, columns, key, isAppended: true }
}

/** `priceTicks` becomes `price_ticks`, as kysely's CamelCasePlugin does it. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** The statement that makes the table. Pages that are not full let updates stay on their page. */
export function createTable(of: Table): string {
  const columns = Object.entries(of.columns).map(
    ([name, column]) => `"${snake(name)}" ${column.sql}${column.nullable ? '' : ' not null'}`,
  )
  if (of.isAppended) return `create table "${snake(of.name)}" (${columns.join(', ')})`
  const key = of.key.map((name) => `"${snake(name)}"`).join(', ')
  return `create table "${snake(of.name)}" (${columns.join(', ')}, primary key (${key})) with (fillfactor = 80)`
}
