import type { Side } from '../../messages/index.ts'
import type { InstrumentRow } from '../catalog/rows.ts'

const PPM = 1_000_000

/**
 * Prices in ticks that new orders may have: [ceil(reference x (1 - band)), floor(reference x
 * (1 + band))] (spec/finance.md section 1.7, E05); null where the instrument has no band. The
 * products are whole numbers below 2^53: a reference is below 2^32, a band at most 10^6.
 */
export function band({
  referenceTicks,
  bandPpm,
}: Pick<InstrumentRow, 'referenceTicks' | 'bandPpm'>): { low: number; high: number } | null {
  if (bandPpm === 0) return null
  const least = referenceTicks * (PPM - bandPpm)
  const most = referenceTicks * (PPM + bandPpm)
  return { low: Math.ceil(least / PPM), high: Math.floor(most / PPM) }
}

/** Is the price beyond the side of the band that would hurt its sender? As `band`, without dividing. */
export function isBeyondBand(
  { referenceTicks, bandPpm }: Pick<InstrumentRow, 'referenceTicks' | 'bandPpm'>,
  side: Side,
  priceTicks: number,
): boolean {
  if (bandPpm === 0) return false
  return side === 'buy'
    ? priceTicks * PPM > referenceTicks * (PPM + bandPpm)
    : priceTicks * PPM < referenceTicks * (PPM - bandPpm)
}
