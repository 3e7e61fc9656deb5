/**
 * Memory for records of one size, in pages: nothing of it is for the garbage collector, and where it
 * grows nothing is copied.
 */
export interface Page {
  readonly words: Int32Array
  /** the same memory, two words each */
  readonly doubles: Float64Array
}
const PAGE_BITS = 9
const PAGE = 2 ** PAGE_BITS

export class Cells {
  /** words of a record, an even number */
  readonly #size: number
  readonly #pages: Page[] = []
  readonly #spare: number[] = []
  #used = 0

  constructor(words: number) {
    this.#size = words
  }

  /** A record, all of it zero. */
  take(): number {
    const spare = this.#spare.pop()
    if (spare !== undefined) {
      const word = this.wordOf(spare)
      this.pageOf(spare).words.fill(0, word, word + this.#size)
      return spare
    }
    if (this.#used % PAGE === 0) this.#pages.push(newPage(PAGE * this.#size))
    return this.#used++
  }
  /** The record may be taken again. */
  give(record: number): void {
    this.#spare.push(record)
  }
  pageOf(record: number): Page {
    return this.#pages[record >>> PAGE_BITS]!
  }
  /** First word of the record in its page. */
  wordOf(record: number): number {
    return (record & (PAGE - 1)) * this.#size
  }
}

function newPage(words: number): Page {
  const buffer = new ArrayBuffer(words * Int32Array.BYTES_PER_ELEMENT)
  return { words: new Int32Array(buffer), doubles: new Float64Array(buffer) }
}

/**
 * What rows that lie in a record have in common. A row is only a view: made when it is asked for,
 * good while its record is not given back, and never to be compared or spread.
 */
export abstract class RecordView {
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #word: number
  readonly #double: number

  constructor(cells: Cells, record: number) {
    const { words, doubles } = cells.pageOf(record)
    this.#words = words
    this.#doubles = doubles
    this.#word = cells.wordOf(record)
    this.#double = this.#word >>> 1
  }

  /** A whole number below 2^32. */
  protected u32(at: number): number {
    return this.#words[this.#word + at]! >>> 0
  }
  /** A whole number of 32 bits, whatever its sign. */
  protected i32(at: number): number {
    return this.#words[this.#word + at]!
  }
  protected set32(at: number, value: number): void {
    this.#words[this.#word + at] = value
  }
  protected double(at: number): number {
    return this.#doubles[this.#double + at]!
  }
  protected setDouble(at: number, value: number): void {
    this.#doubles[this.#double + at] = value
  }
  /** A number from 0 on or null, which is zero in the record: a new record has none. */
  protected doubleOrNull(at: number): number | null {
    const value = this.double(at)
    return value === 0 ? null : value - 1
  }
  protected setDoubleOrNull(at: number, value: number | null): void {
    this.setDouble(at, value === null ? 0 : value + 1)
  }
  protected bits(at: number, shift: number, mask: number): number {
    return (this.#words[this.#word + at]! >>> shift) & mask
  }
  protected setBits(at: number, shift: number, mask: number, value: number): void {
    const place = this.#word + at
    this.#words[place] = (this.#words[place]! & ~(mask << shift)) | (value << shift)
  }
}
