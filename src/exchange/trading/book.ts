import type { Side } from '../../messages/index.ts'
import { OrderBook, type SideBit } from './order-book.ts'
import { OrderPool } from './order-pool.ts'

/**
 * The book as the desk's functions speak of it: sides as words, and for each slot the handle of the
 * order that rests there. The book itself, which knows neither, is OrderBook.
 */
export class Book {
  readonly #orders: OrderBook

  /** Books of one exchange share a pool. */
  constructor(pool: OrderPool = new OrderPool()) {
    this.#orders = new OrderBook(pool)
  }

  /** Puts an order at the back of its level; units at least 1. Answers its slot. */
  add(side: Side, price: number, units: number, handle: number): number {
    return this.#orders.rest(bitOf(side), price, units, 0, handle)
  }
  /** Takes an order out; its slot is invalid from now on. */
  remove(slot: number): void {
    this.#orders.remove(slot)
  }
  /** Takes `by` units off an order, which keeps its place; at nothing it leaves the book. */
  reduce(slot: number, by: number): void {
    if (by === this.#orders.units(slot)) this.remove(slot)
    else this.#orders.reduce(slot, by)
  }

  /** First in price-time order of a side, or NONE. */
  first(side: Side): number {
    return this.#orders.first(bitOf(side))
  }
  /** Next in price-time order behind `slot`, or NONE. */
  next(slot: number): number {
    return this.#orders.next(slot)
  }
  handle(slot: number): number {
    return this.#orders.owner(slot)
  }
  units(slot: number): number {
    return this.#orders.units(slot)
  }
  price(slot: number): number {
    return this.#orders.price(slot)
  }

  /** Best price of a side in ticks, or null when it is empty. */
  best(side: Side): number | null {
    return this.#orders.best(bitOf(side))
  }
  levelCount(side: Side): number {
    return this.#orders.levelCount(bitOf(side))
  }
  hasLevel(side: Side, price: number): boolean {
    return this.#orders.hasLevel(bitOf(side), price)
  }
  /** Up to `depth` levels, best first: price in ticks, units, number of orders. */
  levels(side: Side, depth: number): [number, number, number][] {
    return this.#orders.levels(bitOf(side), depth)
  }
}

function bitOf(side: Side): SideBit {
  return side === 'buy' ? 0 : 1
}
