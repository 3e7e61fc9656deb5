import { expect, test } from 'vitest'
import { affordableSeconds, due, feeDue, holdFor } from './index.ts'

// The vectors are E37 and E39 of the finance specification.
const lease = { priceMicroPerHour: 12_340_000n, units: 3 }

test('E39: charges by the second follow the cumulative rule and an hour is exact', () => {
  const at = (seconds: number) => due({ ...lease, seconds })
  expect([at(1) - at(0), at(2) - at(1), at(3) - at(2)]).toEqual([10_283n, 10_283n, 10_284n])
  expect(at(3600)).toBe(37_020_000n)
  expect(at(3600) - 3600n * at(1)).toBe(1_200n)
})

test('a hold rounds the principal up and then the fee up', () => {
  expect(holdFor({ ...lease, horizonSeconds: 3600, feePpm: 200 })).toEqual({
    principalMicro: 37_020_000n,
    feeMicro: 7_404n,
  })
  expect(holdFor({ ...lease, horizonSeconds: 1, feePpm: 1 })).toEqual({
    principalMicro: 10_284n,
    feeMicro: 1n,
  })
  expect(holdFor({ ...lease, horizonSeconds: 0, feePpm: 500 })).toEqual({
    principalMicro: 0n,
    feeMicro: 0n,
  })
})

test('a fee rounds up and stops at its escrow', () => {
  expect(feeDue({ billedMicro: 36_000_000_000n, feePpm: 500 })).toBe(18_000_000n)
  expect(feeDue({ billedMicro: 1n, feePpm: 200 })).toBe(1n)
  expect(feeDue({ billedMicro: 0n, feePpm: 200 })).toBe(0n)
  expect(feeDue({ billedMicro: 10_284n, feePpm: 1_000_000, feeEscrowMicro: 99n })).toBe(99n)
})

test('affordable seconds use the money to the last whole second', () => {
  const order = { ...lease, feePpm: 500 }
  const { principalMicro, feeMicro } = holdFor({ ...order, horizonSeconds: 60 })
  const exactly = principalMicro + feeMicro
  expect(affordableSeconds({ ...order, availableMicro: exactly })).toBe(60)
  expect(affordableSeconds({ ...order, availableMicro: exactly - 1n })).toBe(59)
  expect(affordableSeconds({ ...order, availableMicro: exactly, maxSeconds: 45 })).toBe(45)
  expect(affordableSeconds({ ...order, availableMicro: 0n })).toBe(0)
  expect(affordableSeconds({ ...order, availableMicro: -5n })).toBe(0)
  const free = { priceMicroPerHour: 0n, units: 3, feePpm: 500, availableMicro: 0n }
  expect(affordableSeconds({ ...free, maxSeconds: 600 })).toBe(600)
  expect(affordableSeconds(free)).toBe(Number.MAX_SAFE_INTEGER)
})

test('counts that are not whole numbers, and negative prices, are bugs', () => {
  expect(() => due({ ...lease, seconds: 0.5 })).toThrow('whole number')
  expect(() => due({ ...lease, seconds: -1 })).toThrow('whole number')
  expect(() => due({ ...lease, units: -1, seconds: 1 })).toThrow('whole number')
  expect(() => due({ units: 1, priceMicroPerHour: -1n, seconds: 1 })).toThrow('negative price')
  expect(() => feeDue({ billedMicro: -1n, feePpm: 1 })).toThrow('negative amount')
})
