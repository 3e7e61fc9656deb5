import type { Side } from '../../messages/index.ts'
import { OrderBook, type SideBit } from './order-book.ts'
import { OrderPool } from './order-pool.ts'

/**
 * The book as the desk's functions speak of it: sides as words, and for each slot the item that rests
 * there. The book itself, which knows neither, is OrderBook.
 */
export class Book<T> {
  readonly #pool: OrderPool<T>
  readonly #orders: OrderBook

  /** Books of one exchange share a pool. */
  constructor(pool: OrderPool<T> = new OrderPool<T>()) {
    this.#pool = pool
    this.#orders = new OrderBook(pool)
  }

  /** Puts an order at the back of its level; units at least 1. Answers its slot. */
  add(side: Side, price: number, units: number, item: T): number {
    const slot = this.#orders.rest(bitOf(side), price, units, 0, 0)
    this.#pool.items[slot] = item
    return slot
  }
  /** Takes an order out; its slot is invalid from now on. */
  remove(slot: number): void {
    this.#pool.items[slot] = undefined
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
  item(slot: number): T {
    return this.#pool.items[slot]!
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
