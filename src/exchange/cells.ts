/**
 * Memory for records of one size, in pages: nothing of it is for the garbage collector, and where it
 * grows nothing is copied. A row is only a view of its record: made when it is asked for, good while
 * the record is not given back, never to be compared or spread. Each kind of row has fields of its own,
 * for what several classes inherit is slow to reach.
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

/** A number from 0 on or null, which is zero in a record: a new record has nulls. */
export function orNull(inRecord: number): number | null {
  return inRecord === 0 ? null : inRecord - 1
}
export function fromNull(value: number | null): number {
  return value === null ? 0 : value + 1
}
