/** What an event does to one row, said before the row is known, so that a batch loads its rows at once. */
import { fail } from '../kernel/index.ts'
import type { EventKind, EventOf } from '../messages/index.ts'
import type { Row, Table } from './columns.ts'

export type KeyPart = number | string
export type Key = readonly KeyPart[]
/** A key as one value. Most are one number; texts in keys hold no slash (assets). */
export type KeyText = string | number
export function keyText(key: Key): KeyText {
  return key.length === 1 ? key[0]! : key.join('/')
}

/** Rows of the batch as they are now: loaded ones with the changes made so far. */
export interface Rows {
  /** null when there is no such row. The key must belong to a change of this batch. */
  get<T extends Table>(of: T, key: Key): Row<T> | null
}

/** What else an event needs to know: its command, and the batch so far. */
export interface Place {
  readonly seq: number
  readonly timeUs: number
  /** buyer of each lease that the same command opens, also where the event comes first */
  readonly opened: ReadonlyMap<number, number>
  /** number of the next ledger line; each call counts on */
  readonly nextLine: () => number
}

export interface Change {
  readonly table: Table
  readonly key: Key
  readonly text: KeyText
  /** false: the tables cannot have the row yet, nothing needs to be loaded */
  readonly load: boolean
  /** the row after the change, null to leave it as it is */
  readonly next: (row: Record<string, unknown> | null, rows: Rows) => Record<string, unknown> | null
}

/** The row afterwards from the row before, or from nothing. */
export function put<T extends Table>(
  of: T,
  key: Key,
  next: (row: Row<T> | null, rows: Rows) => Row<T>,
): Change {
  return { table: of, key, text: keyText(key), load: true, next: next as Change['next'] }
}

/** As `put` for a row that the tables cannot have yet, though this batch may. */
export function putNew<T extends Table>(
  of: T,
  key: Key,
  next: (row: Row<T> | null, rows: Rows) => Row<T>,
): Change {
  return { table: of, key, text: keyText(key), load: false, next: next as Change['next'] }
}

/** A row that cannot be there yet. */
export function add<T extends Table>(
  of: T,
  key: Key,
  row: Row<T> | ((rows: Rows) => Row<T>),
): Change {
  return {
    table: of,
    key,
    text: keyText(key),
    load: false,
    next(before, rows) {
      if (before !== null) fail(`${of.name} ${key.join('/')} is there already`)
      return typeof row === 'function' ? row(rows) : row
    },
  }
}

/** Some columns of a row that must be there: an event about an unknown thing is a bug. */
export function patch<T extends Table>(
  of: T,
  key: Key,
  columns: Partial<Row<T>> | ((row: Row<T>, rows: Rows) => Partial<Row<T>>),
): Change {
  return {
    table: of,
    key,
    text: keyText(key),
    load: true,
    next(row, rows) {
      if (row === null) return fail(`${of.name} ${key.join('/')} is not known`)
      const changed = typeof columns === 'function' ? columns(row as Row<T>, rows) : columns
      // The row is the batch's own; a copy of it for every change would cost more than the change.
      return Object.assign(row, changed)
    },
  }
}

/** Changes nothing: another change of the batch wants to look at the row. */
export function look(of: Table, key: Key): Change {
  return { table: of, key, text: keyText(key), load: true, next: () => null }
}

/** The changes of each kind of event; kinds that leave no trace in SQL say so with none. */
export type Reducers<K extends EventKind> = {
  readonly [P in K]: (event: EventOf<P>, place: Place) => readonly Change[]
}
export const none = (): readonly Change[] => []
