import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { affordableSeconds, due, feeDue, holdFor } from './index.ts'

const rate = fc.record({
  priceMicroPerHour: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  units: fc.integer({ min: 0, max: 100_000 }),
})
const feePpm = fc.integer({ min: 0, max: 1_000_000 })
const seconds = fc.integer({ min: 0, max: 40_000_000 })

test.prop([rate, feePpm, seconds, seconds])(
  'what is due never falls, and principal and fee stay within the hold',
  (lease, ppm, a, b) => {
    const [sooner, later] = [Math.min(a, b), Math.max(a, b)]
    const hold = holdFor({ ...lease, horizonSeconds: later, feePpm: ppm })
    const dueSooner = due({ ...lease, seconds: sooner })
    const dueLater = due({ ...lease, seconds: later })
    expect(dueSooner <= dueLater).toBe(true)
    expect(dueLater <= hold.principalMicro && dueLater + 1n >= hold.principalMicro).toBe(true)
    const fee = feeDue({ billedMicro: dueLater, feePpm: ppm })
    expect(feeDue({ billedMicro: dueSooner, feePpm: ppm }) <= fee).toBe(true)
    expect(fee <= hold.feeMicro).toBe(true)
  },
)

test.prop([rate, fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 30 })])(
  'billing at any moments sums to the same amount',
  (lease, steps) => {
    let [at, billed] = [0, 0n]
    for (const step of steps) {
      at += step
      billed += due({ ...lease, seconds: at }) - billed
    }
    expect(billed).toBe(due({ ...lease, seconds: at }))
  },
)

function holdTotal(order: Parameters<typeof holdFor>[0]): bigint {
  const { principalMicro, feeMicro } = holdFor(order)
  return principalMicro + feeMicro
}

const smallOrder = fc.record({
  priceMicroPerHour: fc.bigInt({ min: 1n, max: 40_000n }),
  units: fc.integer({ min: 1, max: 4 }),
  feePpm,
  alreadySeconds: fc.integer({ min: 0, max: 400 }),
  maxSeconds: fc.integer({ min: 0, max: 500 }),
  availableMicro: fc.bigInt({ min: -2n, max: 3_000n }),
})

test.prop([smallOrder], { numRuns: 500 })('affordable seconds: by trying them all', (order) => {
  const held = holdTotal({ ...order, horizonSeconds: order.alreadySeconds })
  const isAffordable = (extra: number) =>
    holdTotal({ ...order, horizonSeconds: order.alreadySeconds + extra }) - held <=
    order.availableMicro
  let most = 0
  while (most < order.maxSeconds && isAffordable(most + 1)) most++
  expect(affordableSeconds(order)).toBe(most)
})

test.prop([
  rate.filter((drawn) => drawn.priceMicroPerHour > 1_000n && drawn.units > 0),
  feePpm,
  fc.bigInt({ min: 0n, max: 10n ** 15n }),
])('affordable seconds: these fit and one more does not', (lease, ppm, availableMicro) => {
  const order = { ...lease, feePpm: ppm, availableMicro }
  const most = affordableSeconds(order)
  expect(holdTotal({ ...order, horizonSeconds: most }) <= availableMicro).toBe(true)
  expect(holdTotal({ ...order, horizonSeconds: most + 1 }) > availableMicro).toBe(true)
})
