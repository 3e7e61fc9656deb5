/** Standing needs: all-or-none and colocate orders that wait for supply outside the book. */
import { LIMITS } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import { attempt, type Taken } from './place.ts'
import type { OrderRow } from './rows.ts'
import type { MarketWorld } from './world.ts'

/**
 * Tries the needs of an instrument again, oldest first, at most 64 an event. Where more wait, those
 * that were tried in vain go to the back, so that every need has its turn (rule TRD-024).
 */
export function retryNeeds(
  x: MarketWorld,
  ctx: Context,
  instrument: number,
): { order: OrderRow; taken: Taken }[] {
  if (x.market.needsOf.count(instrument) === 0) return []
  if (x.catalog.mustInstrument(instrument).status !== 'listed') return []
  const waiting = x.market.needsOf.of(instrument)
  const turn = waiting.slice(0, LIMITS.standingRetriesPerEvent)
  const served: { order: OrderRow; taken: Taken }[] = []
  for (const id of turn) {
    const order = x.market.orders.get(id)
    if (order === undefined || !x.market.needsOf.has(instrument, id)) continue
    const taken = attempt(x, ctx, order)
    if (taken.fills.length > 0) served.push({ order, taken })
    const stillWaits = x.market.needsOf.has(instrument, id)
    if (stillWaits && waiting.length > turn.length) {
      x.market.unrest(order)
      x.market.rest(order)
    }
  }
  return served
}
