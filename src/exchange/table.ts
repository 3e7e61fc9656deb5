/**
 * The rows of the state machine. All state lives in tables with codecs, so that a snapshot, a
 * full-state hash and a restart are the same few lines for every desk. Everything else a desk keeps
 * (indexes, books, heaps) is derived and rebuilt from rows.
 */
import {
  fail,
  list,
  readEach,
  struct,
  text,
  u53,
  type Codec,
  type Reader,
  type Writer,
} from '../kernel/index.ts'
import { Paged } from './paged.ts'

const ROWS_MAX = 2 ** 31

/**
 * Rows by integer key, in the order of keys. Rows are mutable; a key never changes.
 */
export class Table<Row> {
  readonly name: string
  readonly #row: Codec<Row>
  readonly #codec: Codec<Row[]>
  readonly #keyOf: (row: Row) => number
  readonly #rows: Paged<Row>

  constructor(name: string, codec: Codec<Row>, keyOf: (row: Row) => number) {
    this.name = name
    this.#row = codec
    this.#codec = list(codec, ROWS_MAX)
    this.#keyOf = keyOf
    this.#rows = new Paged(name)
  }

  get size(): number {
    return this.#rows.size
  }
  get(key: number): Row | undefined {
    return this.#rows.get(key)
  }
  /** The row that an earlier check found. Asserts that it is there. */
  must(key: number): Row {
    return this.#rows.get(key) ?? fail(`${this.name} ${key} is missing`)
  }
  has(key: number): boolean {
    return this.#rows.get(key) !== undefined
  }
  insert(row: Row): Row {
    const key = this.#keyOf(row)
    if (this.#rows.get(key) !== undefined) fail(`${this.name} ${key} exists`)
    this.#rows.set(key, row)
    return row
  }
  delete(key: number): boolean {
    return this.#rows.delete(key)
  }
  /** All rows; the one that was given may be deleted before the next is asked for. */
  values(): Generator<Row> {
    return this.#rows.values()
  }
  /** Codec of all rows in iteration order: what a snapshot holds of this table. */
  get codec(): Codec<Row[]> {
    return this.#codec
  }
  rows(): Row[] {
    return this.#rows.all()
  }
  load(rows: readonly Row[]): void {
    const add = this.#loader()
    for (const row of rows) add(row)
  }
  /** All rows, in iteration order, as a snapshot holds them. */
  write(writer: Writer): void {
    this.#codec.write(writer, this.rows())
  }
  /** Becomes what `write` wrote. Throws CodecError on other bytes. */
  read(reader: Reader): void {
    readEach(this.#row, ROWS_MAX, reader, this.#loader())
  }

  /** Takes the rows of a snapshot, one after the other. */
  #loader(): (row: Row) => void {
    this.#rows.clear()
    let before = -1
    return (row) => {
      // Only the order that `rows` gives is a table's encoding.
      const key = this.#keyOf(row)
      if (key <= before) fail(`${this.name} ${key} after ${before}`)
      this.insert(row)
      before = key
    }
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

interface CounterRow {
  readonly slot: number
  readonly name: string
  next: number
}

/** One sequence of ids. Its row comes with its first id. */
export class Sequence {
  readonly #first: () => number
  readonly #find: () => CounterRow | undefined
  #row: CounterRow | undefined

  constructor(first: () => number, find: () => CounterRow | undefined) {
    this.#first = first
    this.#find = find
  }
  next(): number {
    this.#row ??= this.#find()
    return this.#row === undefined ? this.#first() : this.#row.next++
  }
  /** The id that comes next. */
  peek(): number {
    this.#row ??= this.#find()
    return this.#row?.next ?? 1
  }
  /** The rows are others now. */
  forget(): void {
    this.#row = undefined
  }
}

/** Next free integer of each sequence of ids ('order', 'trade', …); ids start at 1. */
export class Counters implements Stateful {
  readonly #table = new Table(
    'counters',
    struct({ slot: u53, name: text(32), next: u53 }),
    (r) => r.slot,
  )
  readonly tables = [this.#table as unknown as AnyTable]
  #byName = new Map<string, CounterRow>()
  readonly #sequences: Sequence[] = []

  next(name: string): number {
    const row = this.#byName.get(name)
    return row === undefined ? this.#first(name) : row.next++
  }
  /** The same sequence, found once for the ids that are many. */
  sequence(name: string): Sequence {
    const sequence = new Sequence(
      () => this.next(name),
      () => this.#byName.get(name),
    )
    this.#sequences.push(sequence)
    return sequence
  }
  rebuild(): void {
    this.#byName = new Map(this.#table.rows().map((row) => [row.name, row]))
    for (const sequence of this.#sequences) sequence.forget()
  }
  #first(name: string): number {
    this.#byName.set(name, this.#table.insert({ slot: this.#table.size, name, next: 2 }))
    return 1
  }
}
