import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DecimalError, formatDecimal, parseDecimal } from './index.ts'

function faultOf(text: string, scale: number): string {
  try {
    return parseDecimal(text, scale).toString()
  } catch (error) {
    if (error instanceof DecimalError) return error.reason
    throw error
  }
}

test('parses plain decimals to scaled integers', () => {
  expect(parseDecimal('12.34', 6)).toBe(12_340_000n)
  expect(parseDecimal('-0.000001', 6)).toBe(-1n)
  expect(parseDecimal('0', 0)).toBe(0n)
  expect(parseDecimal('-0.0', 6)).toBe(0n)
  expect(parseDecimal('9007199254740993', 2)).toBe(900_719_925_474_099_300n)
})

test('says why a text is refused', () => {
  for (const text of [
    '',
    ' 1',
    '1 ',
    '+1',
    '1e3',
    '.5',
    '1.',
    '01',
    '-',
    '1,5',
    '١',
    '0x1',
    '1\n',
  ]) {
    expect(faultOf(text, 6)).toBe('NOT_A_DECIMAL')
  }
  expect(faultOf('1.23', 1)).toBe('TOO_PRECISE')
  expect(faultOf('1.0', 0)).toBe('TOO_PRECISE')
  expect(faultOf('1'.repeat(65), 0)).toBe('TOO_MANY_DIGITS')
  expect(faultOf('1'.repeat(64), 0)).toBe('1'.repeat(64))
})

test('formats the shortest text, or with a least number of fraction digits', () => {
  expect(formatDecimal(12_340_000n, 6)).toBe('12.34')
  expect(formatDecimal(12_000_000n, 6)).toBe('12')
  expect(formatDecimal(12_000_000n, 6, { minFraction: 2 })).toBe('12.00')
  expect(formatDecimal(12_345_678n, 6, { minFraction: 2 })).toBe('12.345678')
  expect(formatDecimal(-1n, 6)).toBe('-0.000001')
  expect(formatDecimal(100n, 0)).toBe('100')
  expect(() => formatDecimal(1n, 2, { minFraction: 3 })).toThrow('minFraction')
  expect(() => parseDecimal('1', 31)).toThrow('scale')
})

test('parse is the inverse of format', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n }),
      fc.nat(18),
      fc.nat(18),
      (value, scale, least) => {
        const text = formatDecimal(value, scale, { minFraction: Math.min(least, scale) })
        expect(parseDecimal(text, scale)).toBe(value)
        expect(text.replace('.', '').length).toBeGreaterThan(Math.min(least, scale))
      },
    ),
  )
})
