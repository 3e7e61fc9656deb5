import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatTime, parseTime, US_PER_SECOND } from './index.ts'

test('formats UTC with microseconds', () => {
  expect(formatTime(0)).toBe('1970-01-01T00:00:00.000000Z')
  expect(formatTime(-1)).toBe('1969-12-31T23:59:59.999999Z')
  expect(formatTime(951_825_599_000_001)).toBe('2000-02-29T11:59:59.000001Z')
  expect(() => formatTime(0.5)).toThrow('integer microseconds')
})

test('parses RFC 3339 with Z or an offset, and epoch seconds', () => {
  const noon = parseTime('2026-11-22T12:00:00Z')
  expect(noon).toBe(1_795_348_800 * US_PER_SECOND)
  expect(parseTime('2026-11-22T20:00:00+08:00')).toBe(noon)
  expect(parseTime('2026-11-22t06:30:00-05:30')).toBe(noon)
  expect(parseTime('2026-11-22T12:00:00.000000999z')).toBe(noon)
  expect(parseTime('2026-11-22T12:00:00.5Z')).toBe(noon! + 500_000)
  expect(parseTime('1795348800')).toBe(noon)
  expect(parseTime('0')).toBe(0)
})

test('refuses everything else', () => {
  const refused = [
    '',
    'now',
    '-1',
    '1.5',
    '12345678901',
    '2026-11-22',
    '2026-11-22T12:00:00',
    '2026-11-22 12:00:00Z',
    '2026-11-22T12:00Z',
    '2026-11-22T12:00:00,5Z',
    '2026-11-22T12:00:00.Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T12:60:00Z',
    '2026-12-31T23:59:60Z',
    '2026-11-22T12:00:00+24:00',
    '2026-11-22T12:00:00+08:60',
    '2026-11-22T12:00:00+0800',
    '2026-00-01T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '9999999999',
  ]
  expect(refused.filter((text) => parseTime(text) !== null)).toEqual([])
})

test('agrees with the calendar of the platform', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (timeUs) => {
      const text = formatTime(timeUs)
      const whole = new Date(Math.floor(timeUs / 1000)).toISOString()
      expect(`${text.slice(0, 23)}Z`).toBe(whole)
      expect(parseTime(text)).toBe(timeUs)
    }),
  )
})

const minutes = fc.integer({ min: -1439, max: 1439 })

test('an offset moves the wall clock, not the time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), minutes, (seconds, offset) => {
      const wall = formatTime((seconds + offset * 60) * US_PER_SECOND).slice(0, 19)
      const hours = String(Math.floor(Math.abs(offset) / 60)).padStart(2, '0')
      const rest = String(Math.abs(offset) % 60).padStart(2, '0')
      const text = `${wall}${offset < 0 ? '-' : '+'}${hours}:${rest}`
      expect(parseTime(text)).toBe(seconds * US_PER_SECOND)
    }),
  )
})
