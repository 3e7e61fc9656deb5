import type { InstrumentRow } from '../catalog/rows.ts'

const PPM = 1_000_000n

/**
 * Prices in ticks that new orders may have: [ceil(reference x (1 - band)), floor(reference x
 * (1 + band))] (spec/finance.md section 1.7, E05); null where the instrument has no band.
 */
export function band(
  instrument: Pick<InstrumentRow, 'referenceTicks' | 'bandPpm'>,
): { low: number; high: number } | null {
  if (instrument.bandPpm === 0) return null
  const reference = BigInt(instrument.referenceTicks)
  const share = BigInt(instrument.bandPpm)
  const least = reference * (PPM > share ? PPM - share : 0n)
  return {
    low: Number((least + PPM - 1n) / PPM),
    high: Number((reference * (PPM + share)) / PPM),
  }
}
