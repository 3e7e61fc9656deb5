/** Events that what a taker meets will still need in its command, beside those told at once. */
import type { OrderRow } from './rows.ts'
import type { MarketWorld } from './world.ts'

/** The trade and the maker's fill; or the end of an own order and what it held. */
export const EVENTS_AT_ONCE = 2

/** Allocation, workload, lease, escrow; and the linked offers of the node that follow. */
const EVENTS_AFTER_FILL = 4
export function eventsOfFill(
  x: MarketWorld,
  taker: Pick<OrderRow, 'side' | 'node'>,
  maker: OrderRow,
): number {
  const { node } = taker.side === 'sell' ? taker : maker
  return EVENTS_AFTER_FILL + x.market.offersOn.count(node ?? 0)
}

/** Where an own sell order ends, its offer enters again and the node's others may grow. */
export function eventsOfReturn(x: MarketWorld, { node }: OrderRow): number {
  return node === null ? 0 : 2 * x.market.offersOn.count(node)
}
