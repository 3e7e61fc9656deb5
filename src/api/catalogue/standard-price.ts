/**
 * The price of a standard unit (docs/evaluation.md). A machine gives factor / 1,000,000 standard units
 * for each unit of a product (rule EVA-013), so a standard unit of it costs price × 1,000,000 / factor.
 * All integers; what does not divide is rounded up, never in favour of the offer.
 */
import { ceilDiv } from '../../kernel/index.ts'

const WHOLE = 1_000_000n

export interface Priced {
  /** micro-yuan for an hour of one unit */
  readonly priceMicro: bigint
  readonly units: number
  /** parts per million of a standard unit; null or 0 has no standard price */
  readonly factorPpm: number | null
}

export interface StandardPrice {
  /** micro-yuan for an hour of one standard unit, of the cheapest; null without any */
  readonly bestMicro: bigint | null
  /** the same of all together: what they cost over the standard units in them */
  readonly meanMicro: bigint | null
  readonly offers: number
  readonly withoutFactor: number
}

/** The standard price of offers of one product that can be bought now. */
export function standardPrice(offers: readonly Priced[]): StandardPrice {
  let best: bigint | null = null
  let [cost, standardUnits, counted] = [0n, 0n, 0]
  for (const { priceMicro, units, factorPpm } of offers) {
    if (factorPpm === null || factorPpm === 0 || units === 0) continue
    const own = ceilDiv(priceMicro * WHOLE, BigInt(factorPpm))
    if (best === null || own < best) best = own
    cost += priceMicro * BigInt(units)
    standardUnits += BigInt(units) * BigInt(factorPpm)
    counted++
  }
  return {
    bestMicro: best,
    meanMicro: standardUnits === 0n ? null : ceilDiv(cost * WHOLE, standardUnits),
    offers: counted,
    withoutFactor: offers.length - counted,
  }
}
