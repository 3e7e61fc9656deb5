/**
 * The rows of the state machine. All state lives in tables with codecs, so that a snapshot, a
 * full-state hash and a restart are the same few lines for every desk. Everything else a desk keeps
 * (indexes, books, heaps) is derived and rebuilt from rows.
 */
import {
  fail,
  list,
  struct,
  text,
  u53,
  type Codec,
  type Reader,
  type Writer,
} from '../kernel/index.ts'

const ROWS_MAX = 2 ** 31

/** Rows by integer key, in insertion order. Rows are mutable; a key never changes. */
export class Table<Row> {
  readonly name: string
  readonly #rows = new Map<number, Row>()
  readonly #codec: Codec<Row[]>
  readonly #keyOf: (row: Row) => number

  constructor(name: string, codec: Codec<Row>, keyOf: (row: Row) => number) {
    this.name = name
    this.#codec = list(codec, ROWS_MAX)
    this.#keyOf = keyOf
  }

  get size(): number {
    return this.#rows.size
  }
  get(key: number): Row | undefined {
    return this.#rows.get(key)
  }
  /** The row that an earlier check found. Asserts that it is there. */
  must(key: number): Row {
    const row = this.#rows.get(key)
    return row ?? fail(`${this.name} ${key} is missing`)
  }
  has(key: number): boolean {
    return this.#rows.has(key)
  }
  insert(row: Row): Row {
    const key = this.#keyOf(row)
    const { size } = this.#rows
    this.#rows.set(key, row)
    if (this.#rows.size === size) fail(`${this.name} ${key} exists`)
    return row
  }
  delete(key: number): boolean {
    return this.#rows.delete(key)
  }
  values(): IterableIterator<Row> {
    return this.#rows.values()
  }
  /** Codec of all rows in iteration order: what a snapshot holds of this table. */
  get codec(): Codec<Row[]> {
    return this.#codec
  }
  rows(): Row[] {
    return [...this.#rows.values()]
  }
  load(rows: readonly Row[]): void {
    this.#rows.clear()
    for (const row of rows) this.insert(row)
  }
  /** All rows, in iteration order, as a snapshot holds them. */
  write(writer: Writer): void {
    this.#codec.write(writer, this.rows())
  }
  /** Becomes what `write` wrote. Throws CodecError on other bytes. */
  read(reader: Reader): void {
    this.load(this.#codec.read(reader))
  }
}

/** A table of any row type, as snapshots see it. */
export interface AnyTable {
  readonly name: string
  readonly codec: Codec<never[]>
  rows(): unknown[]
  load(rows: readonly never[]): void
  write(writer: Writer): void
  read(reader: Reader): void
}

/** A desk's tables, and how it rebuilds what it derives from them. */
export interface Stateful {
  readonly tables: readonly AnyTable[]
  /** Rebuilds indexes, books and heaps after the tables were loaded. */
  rebuild(): void
}

/** Next free integer of each sequence of ids ('order', 'trade', …); ids start at 1. */
export class Counters implements Stateful {
  readonly #table = new Table(
    'counters',
    struct({ slot: u53, name: text(32), next: u53 }),
    (r) => r.slot,
  )
  readonly tables = [this.#table as unknown as AnyTable]
  #byName = new Map<string, { slot: number; name: string; next: number }>()

  next(name: string): number {
    let row = this.#byName.get(name)
    if (row === undefined) {
      row = this.#table.insert({ slot: this.#table.size, name, next: 1 })
      this.#byName.set(name, row)
    }
    return row.next++
  }
  rebuild(): void {
    this.#byName = new Map(this.#table.rows().map((row) => [row.name, row]))
  }
}
