/** What a PlaceOrder comes to: defaults filled in, market price taken as limit. Pure. */
import type { CommandOf } from '../../messages/index.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import { bestFor } from './probe.ts'
import type { MarketWorld } from './world.ts'

export interface Plan {
  readonly instrument: InstrumentRow
  /** null: market_to_limit and nothing is offered */
  readonly priceTicks: number | null
  readonly horizonSeconds: number
  readonly feePpm: number
}

export function planOf(x: MarketWorld, account: number, c: CommandOf<'PlaceOrder'>): Plan {
  const instrument = x.catalog.mustInstrument(c.instrument)
  const wished = c.horizonSeconds === 0 ? instrument.horizonSeconds : c.horizonSeconds
  return {
    instrument,
    priceTicks: priceOf(x, account, c),
    horizonSeconds: Math.min(wished, c.durationSeconds ?? wished),
    feePpm: Math.max(instrument.makerFeePpm, instrument.takerFeePpm),
  }
}

/** Its limit, or the best price for it now; null where nothing is offered. */
export function priceOf(
  x: MarketWorld,
  account: number,
  c: CommandOf<'PlaceOrder'>,
): number | null {
  return c.type === 'limit' ? c.priceTicks : bestFor(x, { ...c, account }, c.units)
}

/** These would stand in the way of orders that could trade, so the book has none (TRD-006). */
export function neverRests(
  c: Pick<CommandOf<'PlaceOrder'>, 'side' | 'allOrNone' | 'colocate' | 'minUnits' | 'node'>,
): boolean {
  return c.allOrNone || c.colocate || c.minUnits > 1 || (c.side === 'buy' && c.node !== null)
}
