/** Closed orders that the core remembers, in a ring: the oldest makes room for the newest. */
import { ORDER_DOUBLES, OrderCells } from './order-cells.ts'
import { CLOSED_AT_US, ORDER, OrderRow } from './order-record.ts'

export class ClosedOrders {
  readonly #cells = new OrderCells()
  readonly #size: number
  /** place of the oldest */
  #first = 0
  #count = 0
  #oldest = new Float64Array(0)

  /** At most `kept` orders are remembered. */
  constructor(kept: number) {
    this.#size = kept
  }

  get isFull(): boolean {
    return this.#count === this.#size
  }
  /** Keeps a copy of a record as the newest; returns its place. The ring must not be full. */
  add(cells: OrderCells, handle: number): number {
    const place = this.#place(this.#count++)
    this.#cells.copy(cells, handle, place)
    return place
  }
  at(place: number): OrderRow {
    return new OrderRow(this.#cells, place)
  }
  oldest(): OrderRow | null {
    return this.#count === 0 ? null : this.at(this.#first)
  }
  /** When the oldest closed; Infinity where there is none. */
  oldestClosedAtUs(): number {
    return this.#count === 0 ? Infinity : this.#numberOfOldest(CLOSED_AT_US)
  }
  /** Id of the oldest; there must be one. */
  oldestOrder(): number {
    return this.#numberOfOldest(ORDER)
  }
  /** Ids of the oldest, at most so many, where the ring is full; holds until the next call. */
  oldestOrders(count: number): Float64Array {
    const { doubles } = this.#cells
    const size = this.isFull ? Math.min(count, this.#size) : 0
    if (this.#oldest.length !== size) this.#oldest = new Float64Array(size)
    const oldest = this.#oldest
    for (let behind = 0; behind < size; behind++) {
      oldest[behind] = doubles[this.#place(behind) * ORDER_DOUBLES + ORDER]!
    }
    return oldest
  }
  dropOldest(): void {
    this.#first = this.#place(1)
    this.#count--
  }
  /** All, oldest first. */
  rows(): OrderRow[] {
    return Array.from({ length: this.#count }, (_, at) => this.at(this.#place(at)))
  }

  #place(behind: number): number {
    const place = this.#first + behind
    return place < this.#size ? place : place - this.#size
  }
  #numberOfOldest(number: number): number {
    return this.#cells.doubles[this.#first * ORDER_DOUBLES + number]!
  }
}
