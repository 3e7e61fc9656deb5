// The price of a standard unit: price / factor, in whole micro-yuan, rounded up (docs/evaluation.md).
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { standardPrice, type Priced } from './standard-price.ts'

const offer = (priceMicro: bigint, factorPpm: number | null, units = 1): Priced => ({
  priceMicro,
  factorPpm,
  units,
})

describe('the standard price', () => {
  test('of a machine that gives a whole standard unit is its price', () => {
    expect(standardPrice([offer(80_000n, 1_000_000)])).toEqual({
      bestMicro: 80_000n,
      meanMicro: 80_000n,
      offers: 1,
      withoutFactor: 0,
    })
  })

  test('ranks a slower machine by what it gives: 0.08 / 0.8 = 0.10 is dearer than 0.09', () => {
    const found = standardPrice([offer(80_000n, 800_000), offer(90_000n, 1_000_000)])
    expect(found.bestMicro).toBe(90_000n)
    // (0.08 + 0.09) / 1.8 = 0.0944…, rounded up to a micro-yuan
    expect(found.meanMicro).toBe(94_445n)
  })

  test('units weigh, and what has no factor is counted apart', () => {
    const found = standardPrice([
      offer(100_000n, 500_000, 3),
      offer(60_000n, 1_000_000, 1),
      offer(10_000n, null),
      offer(10_000n, 0),
    ])
    // (3 × 0.10 + 0.06) / (3 × 0.5 + 1) = 0.144
    expect(found).toEqual({ bestMicro: 60_000n, meanMicro: 144_000n, offers: 2, withoutFactor: 2 })
  })

  test('there is none without an offer of a rated machine', () => {
    expect(standardPrice([])).toMatchObject({ bestMicro: null, meanMicro: null })
    expect(standardPrice([offer(1n, null)])).toMatchObject({ bestMicro: null, meanMicro: null })
  })
})

const priced = fc.record({
  priceMicro: fc.bigInt({ min: 1n, max: 10n ** 12n }),
  units: fc.integer({ min: 1, max: 1_000 }),
  factorPpm: fc.integer({ min: 1, max: 1_000_000 }),
})
property.prop([fc.array(priced, { minLength: 1, maxLength: 20 })])(
  'the best is never dearer than all together, and never below the price',
  (offers) => {
    const { bestMicro, meanMicro } = standardPrice(offers)
    expect(bestMicro! <= meanMicro!).toBe(true)
    expect(offers.some(({ priceMicro }) => bestMicro! >= priceMicro)).toBe(true)
  },
)
