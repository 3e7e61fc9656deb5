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
