/**
 * The resting orders of one instrument in price-time order, and plain matching. Everything is an
 * integer: side 0 buys and 1 sells, prices are ticks from 0 to 2^32-1, units at least 1.
 */
import { assert } from '../../kernel/index.ts'
import { BookSide } from './book-side.ts'
import {
  COUNT,
  GENERATION,
  HEAD,
  LEVEL,
  NEXT,
  OrderPool,
  OWNER,
  PREV,
  SIDE,
  TAIL,
  UNITS,
} from './order-pool.ts'
import { doubleOf, NONE, SLOT_BITS, wordOf } from './records.ts'

/** slots that a handle can name */
const SLOTS_MAX = 2 ** SLOT_BITS

export type SideBit = 0 | 1

/** Hears of each trade, in order, while the book is in the middle of it: it must not call the book. */
export interface TradeListener {
  traded(makerId: number, price: number, units: number): void
}

export class OrderBook {
  readonly #pool: OrderPool
  readonly #bids: BookSide
  readonly #asks: BookSide

  /** Books of one exchange share a pool. */
  constructor(pool: OrderPool = new OrderPool()) {
    this.#pool = pool
    this.#bids = new BookSide(pool, 0)
    this.#asks = new BookSide(pool, 1)
  }

  /**
   * Trades up to `units` with the other side at `price` or better: best price first, then oldest, at
   * the maker's price. Returns the units left.
   */
  match(side: SideBit, price: number, units: number, listener: TradeListener): number {
    const other = side === 0 ? this.#asks : this.#bids
    const worst = other.keyOf(price)
    let left = units
    while (left > 0) {
      const level = other.best
      if (level === NONE || other.bestKey < worst) break
      left = this.#take(other, level, left, listener)
    }
    return left
  }
  /** Puts an order at the back of its level; returns its slot. `id` and `owner` are the caller's. */
  rest(side: SideBit, price: number, units: number, id: number, owner: number): number {
    const { orders, ids } = this.#pool
    const slot = orders.take()
    const { words, doubles } = orders
    const at = wordOf(slot)
    words[at + UNITS] = units
    words[at + OWNER] = owner
    doubles[doubleOf(slot)] = id
    if (ids !== null) ids.add(id, slot)
    this.#link(slot, this.#side(side).need(price), units)
    return slot
  }
  /** Takes an order out; its slot is invalid from now on. */
  remove(slot: number): void {
    this.#unlink(slot)
    this.#free(slot)
  }
  /**
   * Gives an order another price: it trades what it can there, and what is left goes to the back of
   * its level under the same slot. Returns the units left; at nothing the slot is invalid.
   */
  move(slot: number, price: number, listener: TradeListener): number {
    const { orders, levels } = this.#pool
    const at = wordOf(slot)
    const side = levels.words[wordOf(orders.words[at + LEVEL]!) + SIDE] === 0 ? 0 : 1
    const units = orders.words[at + UNITS]!
    this.#unlink(slot)
    const left = this.match(side, price, units, listener)
    if (left === 0) this.#free(slot)
    else {
      orders.words[at + UNITS] = left
      this.#link(slot, this.#side(side).need(price), left)
    }
    return left
  }
  /** Takes `by` units off an order, which keeps its place; at nothing it leaves the book. */
  reduce(slot: number, by: number): void {
    const { orders, levels } = this.#pool
    const at = wordOf(slot)
    const left = orders.words[at + UNITS]! - by
    if (left === 0) {
      this.remove(slot)
      return
    }
    orders.words[at + UNITS] = left
    levels.doubles[doubleOf(orders.words[at + LEVEL]!)]! -= by
  }

  /** First in price-time order of a side, or NONE. */
  first(side: SideBit): number {
    const level = this.#side(side).best
    return level === NONE ? NONE : this.#pool.levels.words[wordOf(level) + HEAD]!
  }
  /** Next in price-time order behind `slot`, or NONE. */
  next(slot: number): number {
    const { orders, levels } = this.#pool
    const next = orders.words[wordOf(slot) + NEXT]!
    if (next !== NONE) return next
    const level = orders.words[wordOf(slot) + LEVEL]!
    const worse = this.#sideOf(level).behind(level)
    return worse === NONE ? NONE : levels.words[wordOf(worse) + HEAD]!
  }
  /** Slot of the order with this id, or NONE; the pool must index ids. */
  find(id: number): number {
    return this.#pool.ids?.find(id) ?? NONE
  }
  units(slot: number): number {
    return this.#pool.orders.words[wordOf(slot) + UNITS]!
  }
  id(slot: number): number {
    return this.#pool.orders.doubles[doubleOf(slot)]!
  }
  owner(slot: number): number {
    return this.#pool.orders.words[wordOf(slot) + OWNER]!
  }
  price(slot: number): number {
    const level = this.#pool.orders.words[wordOf(slot) + LEVEL]!
    return this.#sideOf(level).priceOf(level)
  }
  /** generation * 2^21 + slot: names this order, and none that has its slot later. */
  handle(slot: number): number {
    assert(slot < SLOTS_MAX, 'handles name 2,097,151 orders at once')
    const generation = this.#pool.orders.words[wordOf(slot) + GENERATION]! >>> 0
    return generation * SLOTS_MAX + slot
  }
  /** Slot of a handle, or NONE when its order has left. */
  slotOf(handle: number): number {
    const slot = handle & (SLOTS_MAX - 1)
    const { orders } = this.#pool
    if (!orders.has(slot) || orders.words[wordOf(slot) + LEVEL] === NONE) return NONE
    return this.handle(slot) === handle ? slot : NONE
  }

  /** Best price of a side in ticks, or null when it is empty. */
  best(side: SideBit): number | null {
    const levels = this.#side(side)
    return levels.best === NONE ? null : levels.priceOf(levels.best)
  }
  levelCount(side: SideBit): number {
    return this.#side(side).size
  }
  hasLevel(side: SideBit, price: number): boolean {
    return this.#side(side).has(price)
  }
  /** Up to `depth` levels, best first: price in ticks, units, number of orders. */
  levels(side: SideBit, depth: number): [number, number, number][] {
    const { words, doubles } = this.#pool.levels
    const levels = this.#side(side)
    const rows: [number, number, number][] = []
    for (let rank = 0; rank < depth; rank++) {
      const level = levels.at(rank)
      if (level === NONE) break
      rows.push([levels.priceOf(level), doubles[doubleOf(level)]!, words[wordOf(level) + COUNT]!])
    }
    return rows
  }

  /** Trades with the orders of the best level of a side, oldest first. */
  #take(side: BookSide, level: number, units: number, listener: TradeListener): number {
    const { orders, levels } = this.#pool
    const { words, doubles } = orders
    const price = side.priceOf(level)
    const levelAt = wordOf(level)
    let slot = levels.words[levelAt + HEAD]!
    let left = units
    let gone = 0
    while (slot !== NONE && left > 0) {
      const at = wordOf(slot)
      const there = words[at + UNITS]!
      const id = doubles[doubleOf(slot)]!
      if (left < there) {
        words[at + UNITS] = there - left
        listener.traded(id, price, left)
        left = 0
        break
      }
      left -= there
      listener.traded(id, price, there)
      const next = words[at + NEXT]!
      this.#free(slot)
      slot = next
      gone++
    }
    if (slot === NONE) {
      side.drop(level)
      return left
    }
    words[wordOf(slot) + PREV] = NONE
    levels.words[levelAt + HEAD] = slot
    levels.words[levelAt + COUNT]! -= gone
    levels.doubles[doubleOf(level)]! -= units - left
    return left
  }
  #link(slot: number, level: number, units: number): void {
    const { orders, levels } = this.#pool
    const { words } = orders
    const at = wordOf(slot)
    const levelAt = wordOf(level)
    const tail = levels.words[levelAt + TAIL]!
    words[at + NEXT] = NONE
    words[at + PREV] = tail
    words[at + LEVEL] = level
    if (tail === NONE) levels.words[levelAt + HEAD] = slot
    else words[wordOf(tail) + NEXT] = slot
    levels.words[levelAt + TAIL] = slot
    levels.words[levelAt + COUNT]!++
    levels.doubles[doubleOf(level)]! += units
  }
  #unlink(slot: number): void {
    const { orders, levels } = this.#pool
    const { words } = orders
    const at = wordOf(slot)
    const level = words[at + LEVEL]!
    const levelAt = wordOf(level)
    const next = words[at + NEXT]!
    const previous = words[at + PREV]!
    if (previous === NONE) levels.words[levelAt + HEAD] = next
    else words[wordOf(previous) + NEXT] = next
    if (next === NONE) levels.words[levelAt + TAIL] = previous
    else words[wordOf(next) + PREV] = previous
    levels.doubles[doubleOf(level)]! -= words[at + UNITS]!
    if (--levels.words[levelAt + COUNT]! === 0) this.#sideOf(level).drop(level)
  }
  #free(slot: number): void {
    const { orders, ids } = this.#pool
    const at = wordOf(slot)
    if (ids !== null) ids.delete(orders.doubles[doubleOf(slot)]!, slot)
    orders.words[at + LEVEL] = NONE
    orders.words[at + GENERATION]!++
    orders.give(slot)
  }
  #side(side: SideBit): BookSide {
    return side === 0 ? this.#bids : this.#asks
  }
  #sideOf(level: number): BookSide {
    return this.#pool.levels.words[wordOf(level) + SIDE] === 0 ? this.#bids : this.#asks
  }
}
