/**
 * The orders of a pool by id. A table that becomes half full is followed by one of twice the size,
 * and every id that comes then takes a few of the old ones along: no command moves them all.
 */
import { assert } from '../../kernel/index.ts'
import { IdTable, TWICE } from './id-table.ts'
import { NONE, type Records } from './records.ts'

const FIRST_BITS = 11
/** cells of the old table that are emptied for each id that comes */
const CELLS_A_STEP = 16

export class OrderIds {
  readonly #orders: Records
  #bits = FIRST_BITS
  #table: IdTable
  #count = 0
  #old: IdTable | null = null
  /** cells of the old table that are still to be looked at, and the next of them */
  #cellsLeft = 0
  #next = 0

  constructor(orders: Records) {
    this.#orders = orders
    this.#table = new IdTable(orders, this.#bits)
  }
  /** Slot of the order with this id, or NONE. */
  find(id: number): number {
    const slot = this.#table.find(id)
    return slot === NONE && this.#old !== null ? this.#old.find(id) : slot
  }
  /** Adds an id, which the order's record has already. Asserts that no other order has it. */
  add(id: number, slot: number): void {
    if (this.#old !== null) this.#step(this.#old)
    else if (this.#count >= this.#table.size >>> 1) this.#grow()
    assert(this.#old === null || this.#old.find(id) === NONE, TWICE)
    this.#count++
    this.#table.add(id, slot)
  }
  /** Takes out the id of this slot, which is there. */
  delete(id: number, slot: number): void {
    this.#count--
    if (!this.#table.delete(id, slot)) this.#old?.delete(id, slot)
  }

  #grow(): void {
    this.#old = this.#table
    this.#bits++
    this.#table = new IdTable(this.#orders, this.#bits)
    this.#cellsLeft = this.#old.size
    this.#next = 0
  }
  #step(old: IdTable): void {
    const end = this.#cellsLeft - CELLS_A_STEP
    while (this.#cellsLeft > end) {
      const cells = old.moveRun(this.#next, this.#table)
      this.#next = (this.#next + cells) & (old.size - 1)
      this.#cellsLeft -= cells
    }
    if (this.#cellsLeft <= 0) this.#old = null
  }
}
