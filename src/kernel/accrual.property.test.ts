import fc from 'fast-check'
import { expect, test } from 'vitest'
import { affordableSeconds, due, dueFor, feeDue, feeFor, holdFor, principalFor } from './index.ts'
import { cases } from '../../test/support/cases.ts'

const rate = fc.record({
  priceMicroPerHour: fc.bigInt({ min: 0n, max: 10n ** 12n }),
  units: fc.integer({ min: 0, max: 100_000 }),
})
const feePpm = fc.integer({ min: 0, max: 1_000_000 })
const seconds = fc.integer({ min: 0, max: 40_000_000 })

test('what is due never falls, and principal and fee stay within the hold', () => {
  fc.assert(
    fc.property(rate, feePpm, seconds, seconds, (lease, ppm, a, b) => {
      const [sooner, later] = [Math.min(a, b), Math.max(a, b)]
      const hold = holdFor({ ...lease, horizonSeconds: later, feePpm: ppm })
      const dueSooner = due({ ...lease, seconds: sooner })
      const dueLater = due({ ...lease, seconds: later })
      expect(dueSooner <= dueLater).toBe(true)
      expect(dueLater <= hold.principalMicro && dueLater + 1n >= hold.principalMicro).toBe(true)
      const fee = feeDue({ billedMicro: dueLater, feePpm: ppm })
      expect(feeDue({ billedMicro: dueSooner, feePpm: ppm }) <= fee).toBe(true)
      expect(fee <= hold.feeMicro).toBe(true)
    }),
  )
})

test('what is due as a number is the same, or Infinity beyond the safe integers', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.nat(1_000), seconds, (big, small, at) => {
      for (const rateMicro of [big, small]) {
        const exact = due({ priceMicroPerHour: BigInt(rateMicro), units: 1, seconds: at })
        const isSafe = exact <= BigInt(Number.MAX_SAFE_INTEGER)
        expect(dueFor(rateMicro, at)).toBe(isSafe ? Number(exact) : Infinity)
      }
    }),
    { numRuns: cases(500) },
  )
})

test('billing at any moments sums to the same amount', () => {
  fc.assert(
    fc.property(
      rate,
      fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 30 }),
      (lease, steps) => {
        let [at, billed] = [0, 0n]
        for (const step of steps) {
          at += step
          billed += due({ ...lease, seconds: at }) - billed
        }
        expect(billed).toBe(due({ ...lease, seconds: at }))
      },
    ),
  )
})

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

test('affordable seconds: by trying them all', () => {
  fc.assert(
    fc.property(smallOrder, (order) => {
      const held = holdTotal({ ...order, horizonSeconds: order.alreadySeconds })
      const isAffordable = (extra: number) =>
        holdTotal({ ...order, horizonSeconds: order.alreadySeconds + extra }) - held <=
        order.availableMicro
      let most = 0
      while (most < order.maxSeconds && isAffordable(most + 1)) most++
      expect(affordableSeconds(order)).toBe(most)
    }),
    { numRuns: cases(500) },
  )
})

test('affordable seconds: these fit and one more does not', () => {
  fc.assert(
    fc.property(
      rate.filter((drawn) => drawn.priceMicroPerHour > 1_000n && drawn.units > 0),
      feePpm,
      fc.bigInt({ min: 0n, max: 10n ** 15n }),
      (lease, ppm, availableMicro) => {
        const order = { ...lease, feePpm: ppm, availableMicro }
        const most = affordableSeconds(order)
        expect(holdTotal({ ...order, horizonSeconds: most }) <= availableMicro).toBe(true)
        expect(holdTotal({ ...order, horizonSeconds: most + 1 }) > availableMicro).toBe(true)
      },
    ),
  )
})

test('principal and fee as numbers are those of holdFor, or Infinity beyond the safe integers', () => {
  const small = fc.bigInt({ min: 0n, max: 10n ** 6n })
  const price = fc.oneof(small, fc.bigInt({ min: 0n, max: 2n ** 60n }))
  const units = fc.integer({ min: 0, max: 1_000_000 })
  fc.assert(
    fc.property(price, units, seconds, feePpm, (micro, count, horizonSeconds, ppm) => {
      const order = { priceMicroPerHour: micro, units: count, horizonSeconds, feePpm: ppm }
      const exact = holdFor(order)
      const rateMicro = micro * BigInt(count)
      // A rate that is no safe integer may be refused although the horizon is short.
      const principals = [inNumbers(exact.principalMicro)]
      if (rateMicro >= 2n ** 53n) principals.push(Infinity)
      const principal = principalFor(Number(rateMicro), horizonSeconds)
      expect(principals).toContain(principal)
      const fees = principal === Infinity ? [Infinity] : [inNumbers(exact.feeMicro)]
      expect(fees).toContain(feeFor(principal, principal === Infinity ? 1 : ppm))
    }),
    { numRuns: cases(1_000) },
  )
})

function inNumbers(amount: bigint): number {
  return amount < 2n ** 53n ? Number(amount) : Infinity
}

test('a quotient that a double rounds up is not counted twice', () => {
  for (const value of [
    2 ** 53 - 1,
    2 ** 53 - 3_600,
    2 ** 52 + 3_599,
    2_501_999_792_983 * 3_600 - 1,
  ]) {
    const exact = (BigInt(value) + 3_599n) / 3_600n
    expect(principalFor(value, 1)).toBe(Number(exact))
  }
})
