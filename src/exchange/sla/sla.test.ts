import { fc, test as propertyTest } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { SLA_PROFILES, type MinuteRange } from '../../messages/index.ts'
import { availabilityPpm, creditFor } from './credit.ts'
import { difference, intersection, minutesIn, withRange } from './ranges.ts'
import { failedMinutes, minuteVerdict } from './votes.ts'

const range = (from: number, until: number): MinuteRange => ({ from, until })
const MICRO = 1_000_000

describe('minutes', () => {
  test('SLA-004 two of three make a breach, one decides nothing', () => {
    expect([0, 1, 2, 3].map(minuteVerdict)).toEqual(['kept', 'indeterminate', 'breach', 'breach'])
  })

  test('SLA-004 E24: [0,95) and [2,94) agree on 92 minutes', () => {
    const votes = { agent: [range(0, 95)], prober: [range(2, 94)], witness: [] }
    expect(failedMinutes(votes)).toEqual([{ ...range(2, 94), sources: 0b011 }])
    expect(minutesIn(failedMinutes(votes))).toBe(92)
  })

  test('SLA-004 which sources agree is told apart', () => {
    const votes = { agent: [range(0, 10)], prober: [range(5, 20)], witness: [range(8, 30)] }
    expect(failedMinutes(votes)).toEqual([
      { ...range(5, 8), sources: 0b011 },
      { ...range(8, 10), sources: 0b111 },
      { ...range(10, 20), sources: 0b110 },
    ])
  })

  const ranges = fc.array(
    fc.tuple(fc.nat(60), fc.nat(9)).map(([from, length]) => range(from, from + length)),
    { maxLength: 8 },
  )
  const setOf = (list: readonly MinuteRange[]) => list.reduce<MinuteRange[]>(withRange, [])
  const minutes = (list: readonly MinuteRange[]) =>
    [...Array(80).keys()].filter((m) => list.some(({ from, until }) => m >= from && m < until))

  propertyTest.prop([ranges, ranges, ranges])(
    'SLA-004 sets of ranges are sets of minutes',
    (a, b, c) => {
      const [one, two, three] = [setOf(a), setOf(b), setOf(c)]
      const has = (list: readonly MinuteRange[]) => new Set(minutes(list))
      expect(minutes(one)).toEqual(minutes(a))
      expect(one.every(({ from }, at) => from > (one[at - 1]?.until ?? -1))).toBe(true)
      expect(minutes(intersection(one, two))).toEqual(minutes(one).filter((m) => has(two).has(m)))
      expect(minutes(difference(one, two))).toEqual(minutes(one).filter((m) => !has(two).has(m)))
      const failed = failedMinutes({ agent: one, prober: two, witness: three })
      const count = (m: number) => [one, two, three].filter((set) => has(set).has(m)).length
      expect(minutes(failed)).toEqual([...Array(80).keys()].filter((m) => count(m) >= 2))
    },
  )
})

describe('credits', () => {
  /** 8 units of 12.00 an hour for 720 hours */
  const chargeMicro = 8 * 720 * 12 * MICRO

  test('SLA-009 E40: 92 breach minutes of 43,200 are 997,870 ppm and 10 % of the month', () => {
    expect(availabilityPpm(43_200, 92)).toBe(997_870)
    const window = { minutes: 43_200, breachMinutes: 92, chargeMicro, hoursMicro: 0 }
    const credit = creditFor(SLA_PROFILES.finance, window)
    expect(chargeMicro).toBe(69_120_000_000)
    expect(credit).toEqual({
      availabilityPpm: 997_870,
      creditPpm: 100_000,
      creditMicro: 6_912_000_000,
    })
  })

  test('SLA-009 each step of both shipped curves', () => {
    const at = (profile: 'markets' | 'finance', breachMinutes: number) =>
      creditFor(SLA_PROFILES[profile], {
        minutes: 10_000,
        breachMinutes,
        chargeMicro: 1_000,
        hoursMicro: 400,
      }).creditMicro
    expect([0, 10, 11, 100, 101, 500, 501].map((m) => at('markets', m))).toEqual([
      0, 0, 100, 100, 250, 250, 400,
    ])
    expect([0, 10, 11, 50, 51, 9_999].map((m) => at('finance', m))).toEqual([
      0, 0, 100, 100, 250, 250,
    ])
  })

  test('SLA-009 worse is never paid less: the step that pays most counts', () => {
    const window = { minutes: 10_000, breachMinutes: 600, chargeMicro: 1_000, hoursMicro: 60 }
    expect(creditFor(SLA_PROFILES.markets, window)).toMatchObject({
      creditPpm: 250_000,
      creditMicro: 250,
    })
  })

  test('SLA-009 never more than the cap, and rounded down', () => {
    const profile = { ...SLA_PROFILES.markets, capPpm: 50_000 }
    const window = { minutes: 100, breachMinutes: 50, chargeMicro: 999, hoursMicro: 999 }
    expect(creditFor(profile, window).creditMicro).toBe(49)
    expect(availabilityPpm(0, 0)).toBe(1_000_000)
  })
})
