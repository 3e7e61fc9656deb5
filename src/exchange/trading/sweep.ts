/** The matching loop: price-time priority, self-trade prevention, one fill a maker. */
import { LIMITS, type OrderEnd } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import { closeFilled, endOrder, holdCapacity } from './end.ts'
import { eventsOfFill, eventsOfReturn } from './events-owed.ts'
import { emitAmended, fill } from './fill.ts'
import { adjustHold } from './hold.ts'
import { NONE } from './order-pool.ts'
import { isSelf, opposite, suits, within } from './probe.ts'
import type { OrderRow } from './rows.ts'
import type { Fill, MarketWorld } from './world.ts'

export interface Sweep {
  readonly fills: readonly Fill[]
  /** why the taker may not go on although units remain; null when the book gave all it had */
  readonly stopped: OrderEnd | null
  /** nodes whose sell orders ended, or lost units, by an order of their own group: they have room */
  readonly expired: readonly number[]
}

/**
 * Takes from the opposite side until the taker is filled, its limit is passed or something stops it.
 * Main loop of trading: (1) next maker in price-time order, (2) price, (3) does it suit, (4) own
 * group, (5) fill.
 */
export function sweep(x: MarketWorld, ctx: Context, taker: OrderRow): Sweep {
  const book = x.market.book(taker.instrument)
  let fills: Fill[] = NO_FILLS
  let expired: number[] = NO_NODES
  let slot = book.first(opposite(taker.side))
  while (slot !== NONE && taker.remainingUnits > 0) {
    // (1) the maker's slot dies with it: find the next one before
    const maker = x.market.orders.byHandle(book.handle(slot))
    const price = book.price(slot)
    const next = book.next(slot)
    // (2)
    if (!within(taker.side, price, taker.priceTicks)) break
    // (3)
    if (suits(taker, taker.remainingUnits, maker)) {
      // (4)
      if (isSelf(x, taker, maker)) {
        if (!ctx.reserve(eventsOfReturn(x, maker))) return { fills, stopped: 'FILL_LIMIT', expired }
        if (maker.node !== null) expired = more(expired, maker.node)
        if (preventSelfTrade(x, ctx, taker, maker)) return { fills, stopped: 'SELF_TRADE', expired }
      } else {
        // (5)
        const isFull = fills.length >= LIMITS.fillsPerTaker
        if (isFull || !ctx.reserve(eventsOfFill(x, taker, maker))) {
          return { fills, stopped: 'FILL_LIMIT', expired }
        }
        fills = more(fills, fill(x, ctx, taker, maker, price))
        if (maker.remainingUnits === 0) closeFilled(x, ctx, maker)
      }
    }
    slot = next
  }
  return { fills, stopped: null, expired }
}

// Most takers meet nobody, and then no list is made. These stay empty.
const NO_FILLS: Fill[] = []
const NO_NODES: number[] = []
function more<T>(list: T[], item: T): T[] {
  if (list.length === 0) return [item]
  list.push(item)
  return list
}

/** Applies the taker's mode; true when the taker may not go on. Nothing of it ever prints. */
function preventSelfTrade(x: MarketWorld, ctx: Context, taker: OrderRow, maker: OrderRow): boolean {
  if (taker.selfTrade === 'decrement') {
    const units = Math.min(taker.remainingUnits, maker.remainingUnits)
    taker.remainingUnits -= units
    taker.units -= units
    adjustHold(x, ctx, taker)
    holdCapacity(x, taker)
    decrementMaker(x, ctx, maker, units)
    return taker.remainingUnits === 0
  }
  if (taker.selfTrade !== 'expire_taker') endOrder(x, ctx, maker, 'SELF_TRADE')
  return taker.selfTrade !== 'expire_maker'
}

function decrementMaker(x: MarketWorld, ctx: Context, maker: OrderRow, units: number): void {
  if (units === maker.remainingUnits) {
    maker.units -= units
    x.market.reduce(maker, units)
    endOrder(x, ctx, maker, 'SELF_TRADE')
    return
  }
  shrink(x, ctx, maker, units)
}

/** Takes units off a resting order, which keeps its priority. */
export function shrink(x: MarketWorld, ctx: Context, row: OrderRow, units: number): void {
  row.units -= units
  x.market.reduce(row, units)
  adjustHold(x, ctx, row)
  holdCapacity(x, row)
  emitAmended(ctx, row)
}
