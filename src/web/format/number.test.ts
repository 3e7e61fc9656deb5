import { describe, expect, test } from 'vitest'
import { formatMemory, formatMoney, formatNumber, formatPpm, placesOf } from './number.ts'

describe('money', () => {
  test.each([
    ['0.000045', {}, '¥0.000045'],
    ['10000', {}, '¥10,000.00'],
    ['0.08', { min: 3 }, '¥0.080'],
    ['12345678901234567890.123456', {}, '¥12,345,678,901,234,567,890.123456'],
    ['-1.5', { min: 2 }, '-¥1.50'],
  ])('%s with %o is %s in both languages', (text, places, shown) => {
    expect(formatMoney(text, 'CNY', 'en', places)).toBe(shown)
    expect(formatMoney(text, 'CNY', 'zh', places)).toBe(shown)
  })
})

test('numbers keep every digit and the places asked for', () => {
  expect(formatNumber('0.08', 'en', { min: 3 })).toBe('0.080')
  expect(formatNumber(1_234_567, 'zh')).toBe('1,234,567')
})

test('parts per million are a percentage', () => {
  expect(formatPpm(500, 'en')).toBe('0.05%')
  expect(formatPpm(10_000, 'zh')).toBe('1%')
})

test.each([
  [512, '512 MiB'],
  [1_024, '1 GiB'],
  [2_304, '2.25 GiB'],
  [1_025, '1,025 MiB'],
  [24_105, '23.54 GiB'],
  [0, '0 MiB'],
])('%i MiB are %s', (mib, shown) => expect(formatMemory(mib, 'en')).toBe(shown))

test('places of a tick', () => {
  expect(placesOf('0.001')).toBe(3)
  expect(placesOf('1')).toBe(0)
})
