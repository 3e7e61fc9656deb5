/** Rows in records, by an id that comes from a counter. */
import { fail, list, type Codec, type Reader, type Writer } from '../kernel/index.ts'
import { Cells } from './cells.ts'
import { IdDirectory } from './id-directory.ts'
import type { AnyTable } from './table.ts'

const ROWS_MAX = 2 ** 31

export class RecordStore<Row> {
  readonly #name: string
  readonly #cells: Cells
  readonly #view: (cells: Cells, record: number) => Row
  /** record + 1 */
  #places = new IdDirectory()
  #size = 0

  /** `name` is for the words of an assert, `words` an even number. */
  constructor(name: string, words: number, view: (cells: Cells, record: number) => Row) {
    this.#name = name
    this.#cells = new Cells(words)
    this.#view = view
  }

  get size(): number {
    return this.#size
  }
  has(id: number): boolean {
    return this.#places.get(id) !== 0
  }
  get(id: number): Row | undefined {
    const place = this.#places.get(id)
    return place === 0 ? undefined : this.#view(this.#cells, place - 1)
  }
  /** The row that an earlier check found. Asserts that it is there. */
  must(id: number): Row {
    return this.get(id) ?? fail(`${this.#name} ${id} is missing`)
  }
  /** Number of the row's record and one more, by which rows are linked; 0 of a row that is not there. */
  linkTo(id: number): number {
    return this.#places.get(id)
  }
  /** The row that a link, which is not 0, leads to. */
  at(link: number): Row {
    return this.#view(this.#cells, link - 1)
  }
  /** A new row, all of it zero or null: the caller sets its fields, its id among them. */
  add(id: number): Row {
    if (this.has(id)) fail(`${this.#name} ${id} exists`)
    const record = this.#cells.take()
    this.#places.set(id, record + 1)
    this.#size++
    return this.#view(this.#cells, record)
  }
  delete(id: number): boolean {
    const place = this.#places.get(id)
    if (place === 0) return false
    this.#places.forget(id)
    this.#cells.give(place - 1)
    this.#size--
    return true
  }
  /** In the order of ids. */
  rows(): Row[] {
    return this.#places.places(() => true).map((place) => this.#view(this.#cells, place - 1))
  }
}

/** Rows as a snapshot holds them: in the order of ids, which is the only encoding. */
export function tableOf<Fields>(
  name: string,
  row: Codec<Fields>,
  idOf: (fields: Fields) => number,
  rows: () => Fields[],
  take: (fields: Fields) => void,
): AnyTable {
  const codec = list(row, ROWS_MAX)
  const load = (loaded: readonly Fields[]): void => {
    let before = -1
    for (const fields of loaded) {
      const id = idOf(fields)
      if (id <= before) fail(`${name} ${id} after ${before}`)
      before = id
      take(fields)
    }
  }
  return {
    name,
    codec: codec as unknown as AnyTable['codec'],
    rows,
    load,
    write: (writer: Writer) => codec.write(writer, rows()),
    read: (reader: Reader) => load(codec.read(reader)),
  }
}
