/**
 * Records of 32 bytes in one piece of memory, taken and given back last in, first out: no allocation
 * per order or level (spec/engine.md section 6). A slot is the number of a record; slot 0 is never used.
 */
import { assert } from '../../kernel/index.ts'

/** "none" in every link */
export const NONE = 0
/** of a slot that a handle or an index of ids can name */
export const SLOT_BITS = 21
/** six words and a double */
const STRIDE_SHIFT = 3
/** word that links the free records; the owner of the record may use it while it is taken */
const LINK = 0

/**
 * Room for so many records, step by step. Little is copied between these, and the last is address
 * space that costs nothing until it is touched; a larger piece would set off a garbage collection.
 * Beyond it the room doubles, each time at the price of a copy: milliseconds, once.
 */
const CAPACITIES = [1_024, 8_192, 2 ** 20] as const
const CAPACITY_MAX = 2 ** 26

export class Records {
  words = new Int32Array(0)
  doubles = new Float64Array(0)
  #free = NONE
  #used = 1
  #capacity = 0
  #step = 0

  constructor() {
    this.#grow()
  }
  /** A record whose fields the caller sets; `words` and `doubles` may be others after it. */
  take(): number {
    const free = this.#free
    if (free !== NONE) {
      this.#free = this.words[wordOf(free) + LINK]!
      return free
    }
    if (this.#used === this.#capacity) this.#grow()
    return this.#used++
  }
  give(slot: number): void {
    this.words[wordOf(slot) + LINK] = this.#free
    this.#free = slot
  }
  /** Was this slot ever taken? */
  has(slot: number): boolean {
    return slot > NONE && slot < this.#used
  }

  #grow(): void {
    const capacity = CAPACITIES[this.#step++] ?? this.#capacity * 2
    assert(capacity <= CAPACITY_MAX, 'more resting orders than one venue can hold')
    const buffer = new ArrayBuffer(wordOf(capacity) * Int32Array.BYTES_PER_ELEMENT)
    const words = new Int32Array(buffer)
    words.set(this.words)
    this.words = words
    this.doubles = new Float64Array(buffer)
    this.#capacity = capacity
  }
}

/** First word of a record. */
export function wordOf(slot: number): number {
  return slot << STRIDE_SHIFT
}
/** The double of a record: its last two words. */
export function doubleOf(slot: number): number {
  return (slot << (STRIDE_SHIFT - 1)) + 3
}
