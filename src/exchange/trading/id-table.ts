/**
 * Ids to slots in one table of fixed size: open addressing with linear probing, holes closed by
 * moving entries back (spec/engine.md section 6). An entry is one word: the slot, and above it the
 * low bits of the entry's home, so that its distance from home is known without a look at the order.
 */
import { assert } from '../../kernel/index.ts'
import { doubleOf, NONE, SLOT_BITS, type Records } from './records.ts'

const SLOT_MASK = 2 ** SLOT_BITS - 1
const HOME_MASK = 2 ** (32 - SLOT_BITS) - 1
/** 2^32 / golden ratio: spreads neighbours evenly */
const SPREAD = 0x9e37_79b9

export const TWICE = 'no two orders of one id rest'

export class IdTable {
  readonly #orders: Records
  readonly #cells: Int32Array
  readonly #mask: number
  readonly #shift: number

  /** `bits`: 11 to 24, for 2^bits cells. Ids are read from the orders' records. */
  constructor(orders: Records, bits: number) {
    this.#orders = orders
    this.#cells = new Int32Array(2 ** bits)
    this.#mask = 2 ** bits - 1
    this.#shift = 32 - bits + 3
  }
  get size(): number {
    return this.#mask + 1
  }
  find(id: number): number {
    const cells = this.#cells
    const mask = this.#mask
    const { doubles } = this.#orders
    let at = this.#home(id)
    const wanted = at << SLOT_BITS
    for (;;) {
      const entry = cells[at]!
      if (entry === 0) return NONE
      if ((entry ^ wanted) >>> SLOT_BITS === 0) {
        const slot = entry & SLOT_MASK
        if (doubles[doubleOf(slot)] === id) return slot
      }
      at = (at + 1) & mask
    }
  }
  /** The table must keep an empty cell. Asserts that the id is not there. */
  add(id: number, slot: number): void {
    assert(slot <= SLOT_MASK, 'an index of ids holds 2,097,151 orders')
    const cells = this.#cells
    const mask = this.#mask
    const { doubles } = this.#orders
    const home = this.#home(id)
    const wanted = home << SLOT_BITS
    let at = home
    for (;;) {
      const entry = cells[at]!
      if (entry === 0) break
      const isTwin =
        (entry ^ wanted) >>> SLOT_BITS === 0 && doubles[doubleOf(entry & SLOT_MASK)] === id
      assert(!isTwin, TWICE)
      at = (at + 1) & mask
    }
    assert(((at - home) & mask) <= HOME_MASK, 'ids of orders collide without end')
    cells[at] = wanted | slot
  }
  /** False when the id is not there. */
  delete(id: number, slot: number): boolean {
    const cells = this.#cells
    const mask = this.#mask
    let at = this.#home(id)
    const wanted = (at << SLOT_BITS) | slot
    for (;;) {
      const entry = cells[at]!
      if (entry === wanted) break
      if (entry === 0) return false
      at = (at + 1) & mask
    }
    this.#close(at)
    return true
  }
  /**
   * Gives all entries from `from` to the next empty cell to `other`; how many cells these are. Never
   * fewer: an entry is found only while every cell between its home and it is taken.
   */
  moveRun(from: number, other: IdTable): number {
    const cells = this.#cells
    const { doubles } = this.#orders
    for (let passed = 0; ; passed++) {
      const at = (from + passed) & this.#mask
      const entry = cells[at]!
      if (entry === 0) return passed + 1
      const slot = entry & SLOT_MASK
      other.add(doubles[doubleOf(slot)]!, slot)
      cells[at] = 0
    }
  }

  /** Eight ids that follow each other are neighbours: a new order mostly finds its cells in cache. */
  #home(id: number): number {
    const group = Math.imul((id * 0.125) | 0, SPREAD) >>> this.#shift
    return (group << 3) | (id & 7)
  }
  /** Moves later entries of the run into the hole, where that is not before their home. */
  #close(from: number): void {
    const cells = this.#cells
    const mask = this.#mask
    let hole = from
    let at = from
    for (;;) {
      at = (at + 1) & mask
      const entry = cells[at]!
      if (entry === 0) break
      const fromHome = (at - (entry >>> SLOT_BITS)) & HOME_MASK
      if (fromHome < ((at - hole) & mask)) continue
      cells[hole] = entry
      hole = at
    }
    cells[hole] = 0
  }
}
