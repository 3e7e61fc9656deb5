/** Rows that were written or loaded not long ago, so that most batches load nothing. */
import type { KeyText } from './change.ts'
import type { Table } from './columns.ts'
import type { AnyRow } from './database.ts'

export type TableRows = Map<KeyText, AnyRow>

/** of each table: what a busy market touches again and again, some tens of megabytes at most */
const ROWS_MAX = 20_000

/**
 * What the tables hold at `seq`, in part: the rows of each table in the order of their last use. One
 * writer works with it at a time, and one that fails forgets it.
 */
export class RowCache {
  readonly #rowsMax: number
  #seq = -1
  #tables = new Map<Table, TableRows>()

  constructor(rowsMax = ROWS_MAX) {
    this.#rowsMax = rowsMax
  }

  /** The rows as of `seq`, empty where it has others. They are the caller's until `keep`. */
  take(seq: number): Map<Table, TableRows> {
    const tables = this.#seq === seq ? this.#tables : new Map<Table, TableRows>()
    this.#seq = -1
    this.#tables = new Map()
    return tables
  }

  /** The tables stand at `seq` with these rows; the ones that were not used for longest go. */
  keep(seq: number, tables: Map<Table, TableRows>): void {
    this.#seq = seq
    this.#tables = tables
    for (const rows of tables.values()) {
      let tooMany = rows.size - this.#rowsMax
      for (const key of rows.keys()) {
        if (tooMany-- <= 0) break
        rows.delete(key)
      }
    }
  }
}
