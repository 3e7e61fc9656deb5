import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  absBig,
  ceilDiv,
  checkMoney,
  floorDiv,
  isqrt,
  largestRemainder,
  maxBig,
  minBig,
  MONEY_MAX,
  mulDivCeil,
  mulDivFloor,
  mulDivHalfEven,
} from './index.ts'

const big = fc.oneof(
  fc.bigInt({ min: -20n, max: 20n }),
  fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n }),
)
const divisor = big.filter((x) => x !== 0n)

test('floorDiv is the greatest q with q <= a / b', () => {
  fc.assert(
    fc.property(big, divisor, (a, b) => {
      const rest = a - floorDiv(a, b) * b
      expect(b > 0n ? rest >= 0n && rest < b : rest <= 0n && rest > b).toBe(true)
    }),
  )
})

test('ceilDiv is one more than floorDiv unless exact', () => {
  fc.assert(
    fc.property(big, divisor, (a, b) => {
      expect(ceilDiv(a, b) - floorDiv(a, b)).toBe(a % b === 0n ? 0n : 1n)
    }),
  )
})

test('mulDiv works on the exact product', () => {
  fc.assert(
    fc.property(big, big, divisor, (a, b, c) => {
      expect(mulDivFloor(a, b, c)).toBe(floorDiv(a * b, c))
      expect(mulDivCeil(a, b, c)).toBe(ceilDiv(a * b, c))
      const nearest = mulDivHalfEven(a, b, c)
      const twiceError = 2n * absBig(nearest * c - a * b)
      const isTie = twiceError === absBig(c)
      expect(isTie ? nearest % 2n === 0n : twiceError < absBig(c)).toBe(true)
    }),
  )
})

test('a tie goes to the even neighbour on both sides of zero', () => {
  const halves = [-5n, -3n, -1n, 1n, 3n, 5n]
  expect(halves.map((n) => mulDivHalfEven(n, 1n, 2n))).toEqual([-2n, -2n, 0n, 0n, 2n, 2n])
  expect(halves.map((n) => mulDivHalfEven(n, 1n, -2n))).toEqual([2n, 2n, 0n, 0n, -2n, -2n])
})

test('isqrt is the floor of the root', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 200n }), (x) => {
      const root = isqrt(x)
      expect(root * root <= x && (root + 1n) * (root + 1n) > x).toBe(true)
      expect(isqrt(root * root)).toBe(root)
    }),
  )
})

test('minBig and maxBig', () => {
  fc.assert(
    fc.property(big, fc.array(big), (first, rest) => {
      const sorted = [first, ...rest].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      expect(minBig(first, ...rest)).toBe(sorted[0])
      expect(maxBig(first, ...rest)).toBe(sorted.at(-1))
    }),
  )
})

test('E14: 100 over 1:1:1 gives the odd one to the lowest index', () => {
  expect(largestRemainder(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n])
  expect(largestRemainder(0n, [0n, 0n])).toEqual([0n, 0n])
  expect(largestRemainder(5n, [0n, 7n])).toEqual([0n, 5n])
})

const weights = fc.array(fc.bigInt({ min: 0n, max: 50n }), { minLength: 1, maxLength: 8 })

test('largestRemainder gives everything away, within one of the exact share, largest remainders first', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), weights, (total, drawn) => {
      const all = [...drawn, 1n]
      const sum = all.reduce((a, b) => a + b, 0n)
      const shares = largestRemainder(total, all)
      expect(shares.reduce((a, b) => a + b, 0n)).toBe(total)
      const parts = all.map((weight, index) => {
        const extra = shares[index]! - (total * weight) / sum
        expect(extra === 0n || extra === 1n).toBe(true)
        return { index, extra, remainder: (total * weight) % sum }
      })
      for (const up of parts.filter((part) => part.extra === 1n)) {
        for (const down of parts.filter((part) => part.extra === 0n)) {
          const isTie = up.remainder === down.remainder
          expect(isTie ? up.index < down.index : up.remainder > down.remainder).toBe(true)
        }
      }
    }),
  )
})

test('isqrt of the smallest numbers', () => {
  expect([0n, 1n, 2n, 3n, 4n].map(isqrt)).toEqual([0n, 1n, 1n, 1n, 2n])
})

test('misuse is a bug', () => {
  expect(() => floorDiv(1n, 0n)).toThrow('division by zero')
  expect(() => isqrt(-1n)).toThrow('negative')
  expect(() => largestRemainder(1n, [0n])).toThrow('positive weight')
  expect(() => largestRemainder(-1n, [1n])).toThrow('negative total')
  expect(() => largestRemainder(1n, [2n, -1n])).toThrow('negative total or weight')
  expect(checkMoney(-MONEY_MAX)).toBe(-MONEY_MAX)
  expect(() => checkMoney(MONEY_MAX + 1n)).toThrow('2^62')
  expect(() => checkMoney(-MONEY_MAX - 1n)).toThrow('2^62')
})
