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

type AnyRow = Record<string, unknown>

/** One step on one row. A batch holds tens of thousands: each is one object, without closures of its own. */
export abstract class Change {
  readonly table: Table
  readonly text: KeyText
  /** false: the tables cannot have the row yet, nothing needs to be loaded */
  readonly load: boolean
  /** of keys that are more than one value */
  readonly #parts: Key | null

  constructor(of: Table, key: Key, load: boolean) {
    this.table = of
    this.text = keyText(key)
    this.load = load
    this.#parts = key.length === 1 ? null : key
  }

  get key(): Key {
    return this.#parts ?? [this.text]
  }

  /** the row after the change, null to leave it as it is */
  abstract next(row: AnyRow | null, rows: Rows): AnyRow | null
}

type Make = (row: AnyRow | null, rows: Rows) => AnyRow

class Put extends Change {
  readonly #make: Make
  constructor(of: Table, key: Key, load: boolean, make: Make) {
    super(of, key, load)
    this.#make = make
  }
  override next(row: AnyRow | null, rows: Rows): AnyRow {
    return this.#make(row, rows)
  }
}

class Add extends Change {
  readonly #row: AnyRow | ((rows: Rows) => AnyRow)
  constructor(of: Table, key: Key, row: AnyRow | ((rows: Rows) => AnyRow)) {
    super(of, key, false)
    this.#row = row
  }
  override next(before: AnyRow | null, rows: Rows): AnyRow {
    if (before !== null) return fail(`${this.table.name} ${this.text} is there already`)
    const row = this.#row
    return typeof row === 'function' ? row(rows) : row
  }
}

type Columns = AnyRow | ((row: AnyRow, rows: Rows) => AnyRow)

class Patch extends Change {
  readonly #columns: Columns
  constructor(of: Table, key: Key, columns: Columns) {
    super(of, key, true)
    this.#columns = columns
  }
  override next(row: AnyRow | null, rows: Rows): AnyRow {
    if (row === null) return fail(`${this.table.name} ${this.text} is not known`)
    const columns = this.#columns
    // The row is the batch's own; a copy of it for every change would cost more than the change.
    return Object.assign(row, typeof columns === 'function' ? columns(row, rows) : columns)
  }
}

class Look extends Change {
  override next(): null {
    return null
  }
}

/** The row afterwards from the row before, or from nothing. */
export function put<T extends Table>(
  of: T,
  key: Key,
  next: (row: Row<T> | null, rows: Rows) => Row<T>,
): Change {
  return new Put(of, key, true, next as Make)
}

/** As `put` for a row that the tables cannot have yet, though this batch may. */
export function putNew<T extends Table>(
  of: T,
  key: Key,
  next: (row: Row<T> | null, rows: Rows) => Row<T>,
): Change {
  return new Put(of, key, false, next as Make)
}

/** A row that cannot be there yet. */
export function add<T extends Table>(
  of: T,
  key: Key,
  row: Row<T> | ((rows: Rows) => Row<T>),
): Change {
  return new Add(of, key, row)
}

/** Some columns of a row that must be there: an event about an unknown thing is a bug. */
export function patch<T extends Table>(
  of: T,
  key: Key,
  columns: Partial<Row<T>> | ((row: Row<T>, rows: Rows) => Partial<Row<T>>),
): Change {
  return new Patch(of, key, columns as Columns)
}

/** Changes nothing: another change of the batch wants to look at the row. */
export function look(of: Table, key: Key): Change {
  return new Look(of, key, true)
}

/** The changes of each kind of event; kinds that leave no trace in SQL say so with none. */
export type Reducers<K extends EventKind> = {
  readonly [P in K]: (event: EventOf<P>, place: Place) => readonly Change[]
}
export const none = (): readonly Change[] => []
