/** Closed orders that the core remembers, in a ring: the oldest makes room for the newest. */
import { OrderCells } from './order-cells.ts'
import { OrderRow } from './order-record.ts'

export class ClosedOrders {
  readonly #cells = new OrderCells()
  readonly #size: number
  /** of the oldest and of the next to come, counted from the first ever */
  #oldest = 0
  #next = 0

  /** At most `kept` orders are remembered. */
  constructor(kept: number) {
    this.#size = kept
  }

  get count(): number {
    return this.#next - this.#oldest
  }
  get isFull(): boolean {
    return this.count === this.#size
  }
  /** Keeps a copy of a record as the newest; returns its place. The ring must not be full. */
  add(cells: OrderCells, handle: number): number {
    const place = this.#next++ % this.#size
    this.#cells.copy(cells, handle, place)
    return place
  }
  at(place: number): OrderRow {
    return new OrderRow(this.#cells, place)
  }
  oldest(): OrderRow | null {
    return this.count === 0 ? null : this.at(this.#oldest % this.#size)
  }
  dropOldest(): void {
    this.#oldest++
  }
  /** All, oldest first. */
  rows(): OrderRow[] {
    return Array.from({ length: this.count }, (_, at) => this.at((this.#oldest + at) % this.#size))
  }
  clear(): void {
    this.#oldest = this.#next
  }
}
