import type { Side } from '../../messages/index.ts'
import { BookSide } from './book-side.ts'
import {
  COUNT,
  HEAD,
  indexOf,
  LEVEL,
  NEXT,
  NONE,
  OrderPool,
  PREV,
  SIDE,
  TAIL,
  UNITS,
} from './order-pool.ts'

/**
 * The resting orders of one instrument in price-time order. It knows units and prices in ticks and
 * nothing of owners, money or machines. Slots are handles; NONE (-1) is "no order".
 */
export class Book<T> {
  readonly #pool: OrderPool<T>
  readonly #bids: BookSide<T>
  readonly #asks: BookSide<T>

  /** Books of one exchange share a pool. */
  constructor(pool: OrderPool<T> = new OrderPool<T>()) {
    this.#pool = pool
    this.#bids = new BookSide(pool, 0)
    this.#asks = new BookSide(pool, 1)
  }

  /** Puts an order at the back of its level; units at least 1. Answers its slot. */
  add(side: Side, price: number, units: number, item: T): number {
    const pool = this.#pool
    const level = this.#of(side).need(price)
    const slot = pool.orders.take()
    const orders = pool.orders.fields
    const levels = pool.levels.fields
    const tail = levels[level + TAIL]!
    orders[slot + NEXT] = NONE
    orders[slot + PREV] = tail
    orders[slot + LEVEL] = level
    orders[slot + UNITS] = units
    pool.items[indexOf(slot)] = item
    if (tail === NONE) levels[level + HEAD] = slot
    else orders[tail + NEXT] = slot
    levels[level + TAIL] = slot
    levels[level + COUNT]!++
    pool.totals[indexOf(level)]! += units
    return slot
  }
  /** Takes an order out; its slot is invalid from now on. */
  remove(slot: number): void {
    const pool = this.#pool
    const orders = pool.orders.fields
    const levels = pool.levels.fields
    const level = orders[slot + LEVEL]!
    const next = orders[slot + NEXT]!
    const prev = orders[slot + PREV]!
    if (prev === NONE) levels[level + HEAD] = next
    else orders[prev + NEXT] = next
    if (next === NONE) levels[level + TAIL] = prev
    else orders[next + PREV] = prev
    pool.totals[indexOf(level)]! -= orders[slot + UNITS]!
    pool.items[indexOf(slot)] = undefined
    pool.orders.give(slot)
    if (--levels[level + COUNT]! === 0) this.#sideOf(level).drop(level)
  }
  /** Takes `by` units off an order, which keeps its place; at nothing it leaves the book. */
  reduce(slot: number, by: number): void {
    const orders = this.#pool.orders.fields
    const rest = orders[slot + UNITS]! - by
    if (rest === 0) {
      this.remove(slot)
      return
    }
    orders[slot + UNITS] = rest
    this.#pool.totals[indexOf(orders[slot + LEVEL]!)]! -= by
  }

  /** First in price-time order of a side, or NONE. */
  first(side: Side): number {
    const level = this.#of(side).at(0)
    return level === NONE ? NONE : this.#pool.levels.fields[level + HEAD]!
  }
  /** Next in price-time order behind `slot`, or NONE. */
  next(slot: number): number {
    const { orders, levels, prices } = this.#pool
    const next = orders.fields[slot + NEXT]!
    if (next !== NONE) return next
    const level = orders.fields[slot + LEVEL]!
    const worse = this.#sideOf(level).behind(prices[indexOf(level)]!)
    return worse === NONE ? NONE : levels.fields[worse + HEAD]!
  }
  item(slot: number): T {
    return this.#pool.items[indexOf(slot)]!
  }
  units(slot: number): number {
    return this.#pool.orders.fields[slot + UNITS]!
  }
  price(slot: number): number {
    return this.#pool.prices[indexOf(this.#pool.orders.fields[slot + LEVEL]!)]!
  }

  /** Best price of a side in ticks, or null when it is empty. */
  best(side: Side): number | null {
    const level = this.#of(side).at(0)
    return level === NONE ? null : this.#pool.prices[indexOf(level)]!
  }
  levelCount(side: Side): number {
    return this.#of(side).size
  }
  hasLevel(side: Side, price: number): boolean {
    return this.#of(side).has(price)
  }
  /** Up to `depth` levels, best first: price in ticks, units, number of orders. */
  levels(side: Side, depth: number): [number, number, number][] {
    const { levels, prices, totals } = this.#pool
    const rows: [number, number, number][] = []
    for (let rank = 0; rank < depth; rank++) {
      const level = this.#of(side).at(rank)
      if (level === NONE) break
      const index = indexOf(level)
      rows.push([prices[index]!, totals[index]!, levels.fields[level + COUNT]!])
    }
    return rows
  }

  #of(side: Side): BookSide<T> {
    return side === 'buy' ? this.#bids : this.#asks
  }
  #sideOf(level: number): BookSide<T> {
    return this.#pool.levels.fields[level + SIDE] === 0 ? this.#bids : this.#asks
  }
}
