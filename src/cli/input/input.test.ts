import { describe, expect, test } from 'vitest'
import { parseCards, parseCount } from './count.ts'
import { parseDuration } from './duration.ts'
import { parseMemory } from './memory.ts'
import { parseMoney } from './money.ts'
import { parseMapping, parseVariable } from './pair.ts'
import { parseWhen } from './when.ts'

describe('sizes, durations, amounts', () => {
  test.each([
    ['256MiB', 256],
    ['256m', 256],
    ['1.5GiB', 1_536],
    ['10 gib', 10_240],
    ['1TiB', 1_048_576],
    ['1GB', 954],
    ['256', null],
    ['0MiB', null],
    ['1.5.2GiB', null],
    ['-1GiB', null],
    ['1XiB', null],
  ])('memory %s is %s MiB', (text, mib) => {
    expect(parseMemory(text)).toBe(mib)
  })

  test.each([
    ['90s', 90],
    ['15m', 900],
    ['1.5h', 5_400],
    ['1h30m', 5_400],
    ['2d', 172_800],
    ['1w', 604_800],
    ['90', null],
    ['0s', null],
    ['1h 30m', null],
    ['h', null],
  ])('duration %s is %s s', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  test.each([
    ['0.5', '0.50'],
    ['¥1,216.00', '1216.00'],
    ['￥3', '3.00'],
    ['0.123456', '0.123456'],
    ['0.1234567', null],
    ['-1', null],
    ['1e3', null],
    ['', null],
    ['1,2', null],
  ])('amount %s is %s', (text, amount) => {
    expect(parseMoney(text)).toBe(amount)
  })

  test('counts and cards', () => {
    expect(parseCount('3')).toBe(3)
    expect(parseCount('0')).toBeNull()
    expect(parseCount('1.0')).toBeNull()
    expect(parseCards('H100:8')).toEqual({ model: 'H100', cards: 8 })
    expect(parseCards('H100')).toEqual({ model: 'H100', cards: 1 })
    expect(parseCards('8')).toEqual({ model: null, cards: 8 })
    expect(parseCards('H100:0')).toBeNull()
  })

  test('variables and mappings', () => {
    expect(parseVariable('A=b=c')).toEqual({ name: 'A', value: 'b=c' })
    expect(parseVariable('A=')).toEqual({ name: 'A', value: '' })
    expect(parseVariable('=b')).toBeNull()
    expect(parseVariable('1A=b')).toBeNull()
    expect(parseMapping('a:/b')).toEqual({ from: 'a', to: '/b' })
    expect(parseMapping('a')).toEqual({ from: 'a', to: null })
    expect(parseMapping('a:')).toBeNull()
  })
})

describe('moments', () => {
  const now = new Date(2026, 0, 30, 12, 0, 0).getTime()
  const local = (...parts: [number, number, number, number, number]): string =>
    new Date(...parts).toISOString()

  test.each([
    ['now', new Date(now).toISOString()],
    ['+3h', new Date(now + 10_800_000).toISOString()],
    ['-15m', new Date(now - 900_000).toISOString()],
    ['tomorrow', local(2026, 0, 31, 0, 0)],
    ['tomorrow 9am', local(2026, 0, 31, 9, 0)],
    ['today 12am', local(2026, 0, 30, 0, 0)],
    ['18:30', local(2026, 0, 30, 18, 30)],
    ['12pm', local(2026, 0, 30, 12, 0)],
    ['2026-02-03', local(2026, 1, 3, 0, 0)],
    ['2026-02-03 04:05', local(2026, 1, 3, 4, 5)],
    ['2026-01-31T09:00:00+08:00', '2026-01-31T01:00:00.000Z'],
    ['1700000000', '2023-11-14T22:13:20.000Z'],
    ['2026-02-30', null],
    ['13pm', null],
    ['9', null],
    ['tomorrow 25:00', null],
    ['later', null],
    ['+3', null],
  ])('%s', (text, expected) => {
    expect(parseWhen(text, now)).toBe(expected)
  })
})
