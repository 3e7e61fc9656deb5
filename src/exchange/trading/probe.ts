/** What an order would find in the book now, without touching anything. */
import { lacking, times } from '../capacity/resources.ts'
import { EVENTS_AT_ONCE, eventsOfFill, eventsOfReturn } from './events-owed.ts'
import { NONE } from './order-pool.ts'
import type { OrderRow } from './rows.ts'
import type { MarketWorld } from './world.ts'

/** The parts of an order that decide what it may trade with. */
export type Taker = Pick<
  OrderRow,
  'account' | 'instrument' | 'side' | 'selfTrade' | 'colocate' | 'node'
>

/** Is `price` as good as the limit or better, for a taker of this side? */
export function within(side: OrderRow['side'], price: number, limit: number | null): boolean {
  if (limit === null) return true
  return side === 'buy' ? price <= limit : price >= limit
}

export function opposite(side: OrderRow['side']): OrderRow['side'] {
  return side === 'buy' ? 'sell' : 'buy'
}

/** May the taker look at this maker at all: pinned node, and large enough for colocate? */
export function suits(taker: Taker, units: number, maker: OrderRow): boolean {
  if (taker.side === 'buy' && taker.node !== null && maker.node !== taker.node) return false
  return !taker.colocate || maker.remainingUnits >= units
}

export function isSelf(x: MarketWorld, taker: Pick<Taker, 'account'>, maker: OrderRow): boolean {
  if (taker.account === maker.account) return true
  return x.members.ownerGroupOf(taker.account) === x.members.ownerGroupOf(maker.account)
}

export interface Found {
  readonly units: number
  /** the worst price of them; null where there are none */
  readonly worstTicks: number | null
  readonly fills: number
  /** that the command would need for them, at most */
  readonly events: number
}

/**
 * What of `units` a taker would fill now within `limit` (null is any price). Own orders in the way are passed over by expire_maker and stop every other mode.
 */
export function probe(x: MarketWorld, taker: Taker, units: number, limit: number | null): Found {
  const book = x.market.book(taker.instrument)
  let found = 0
  let fills = 0
  let events = 0
  let worstTicks: number | null = null
  let slot = book.first(opposite(taker.side))
  for (; slot !== NONE && found < units; slot = book.next(slot)) {
    const price = book.price(slot)
    if (!within(taker.side, price, limit)) break
    const maker = x.market.orders.byHandle(book.handle(slot))
    if (!suits(taker, units, maker)) continue
    if (isSelf(x, taker, maker)) {
      if (taker.selfTrade !== 'expire_maker') break
      events += EVENTS_AT_ONCE + eventsOfReturn(x, maker)
      continue
    }
    fills++
    events += EVENTS_AT_ONCE + eventsOfFill(x, taker, maker)
    found += Math.min(units - found, book.units(slot))
    worstTicks = price
  }
  return { units: found, worstTicks, fills, events }
}

/** The best price that the taker could trade at, or null: what market_to_limit takes as its limit. */
export function bestFor(x: MarketWorld, taker: Taker, units: number): number | null {
  return probe(x, taker, taker.colocate ? units : 1, null).worstTicks
}

/**
 * Why nothing fits: `offer` when nobody offers, `price` when only the price is in the way, else the
 * physical dimension of the largest machine on offer, or `units` when its offer is smaller than it.
 */
export function failedDimension(
  x: MarketWorld,
  taker: Taker,
  units: number,
  timeUs: number,
): string {
  const anyPrice = probe(x, taker, units, null).units
  if (anyPrice >= units) return 'price'
  // Field by field: what is in an order's record is not spread.
  const { account, instrument, side, selfTrade, node } = taker
  const any = { account, instrument, side, selfTrade, node, colocate: false }
  const largest = largestMaker(x, any)
  if (largest === null) return 'offer'
  if (!taker.colocate || largest.node === null) return 'units'
  const { bundle } = x.catalog.mustSku(x.catalog.mustInstrument(taker.instrument).sku)
  const room = x.capacity.room(largest.node, timeUs)
  return lacking(times(bundle, units), room) ?? 'units'
}

function largestMaker(x: MarketWorld, taker: Taker): OrderRow | null {
  const book = x.market.book(taker.instrument)
  let largest: OrderRow | null = null
  let slot = book.first(opposite(taker.side))
  for (; slot !== NONE; slot = book.next(slot)) {
    const maker = x.market.orders.byHandle(book.handle(slot))
    if (!suits(taker, 1, maker) || isSelf(x, taker, maker)) continue
    if (largest === null || maker.remainingUnits > largest.remainingUnits) largest = maker
  }
  return largest
}
