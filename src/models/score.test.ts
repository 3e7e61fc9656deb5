// Points are weighted geometric means against a frozen reference; nothing is made up (EVA-010).
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { measured } from '../../test/support/report.ts'
import { SUITE, SUITE_METRICS } from '../messages/index.ts'
import { DIMENSIONS, REFERENCE_DIGEST } from './reference.ts'
import { judge, points, type Measured } from './score.ts'
import { summarize } from './statistics.ts'

const pointsOf = (one: Measured) =>
  judge(one).dimensions.map(({ dimension, points: value }) => [dimension, value])
const withRuns = (one: Measured, name: string, runs: number[]): Measured => ({
  ...one,
  metrics: one.metrics.map((each) => (each.metric === name ? { ...each, runs } : each)),
})
const without = (one: Measured, name: string): Measured => ({
  ...one,
  metrics: one.metrics.filter(({ metric }) => metric !== name),
})
const under = (conditions: Partial<Measured['conditions']>): Measured => {
  const one = measured()
  return { ...one, conditions: { ...one.conditions, ...conditions } }
}

describe('points', () => {
  test('EVA-010: the reference machine has 1,000 everywhere, one twice as good 2,000', () => {
    expect(pointsOf(measured()).map(([, value]) => value)).toEqual([1000, 1000, 1000, 1000, 1000])
    const [general, ...rest] = pointsOf(measured(2))
    expect(general).toEqual(['general', 2000])
    expect(rest.every(([, value]) => Math.abs(Number(value) - 2000) <= 2)).toBe(true)
  })
  test.each([
    // 1000 · (2^2 · 0.5^1)^(1/3) = 1000 · 2^(1/3)
    [
      [
        [200, 100, 2],
        [50, 100, 1],
      ],
      1259.921,
    ],
    // equal weights: √(4 · 1) = 2
    [
      [
        [400, 100, 1],
        [100, 100, 1],
      ],
      2000,
    ],
    // an arithmetic mean of the ratios would say 5,050
    [
      [
        [1_000, 100, 1],
        [10, 100, 1],
      ],
      1000,
    ],
    [[[7, 7, 3]], 1000],
  ] as const)('vectors by hand: %j is %d', (rows, expected) => {
    const parts = rows.map(([value, reference, weight]) => ({
      metric: 'int_1t_ops_per_s',
      value,
      reference,
      weight,
    }))
    expect(points(parts)).toBeCloseTo(expected, 2)
  })
  test('lower is better where the suite says so', () => {
    const part = { metric: 'latency_ps', reference: 100, weight: 1 }
    expect(points([{ ...part, value: 50 }])).toBeCloseTo(2000)
  })
  const positive = fc.integer({ min: 1, max: 1_000_000 })
  const rows = fc.array(
    fc.record({
      a: positive,
      b: positive,
      r1: positive,
      r2: positive,
      weight: fc.integer({ min: 1, max: 5 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  property.prop([rows])('who ranks higher does not depend on the reference machine', (all) => {
    const score = (side: 'a' | 'b', reference: 'r1' | 'r2') =>
      points(
        all.map((row) => ({
          metric: 'int_1t_ops_per_s',
          value: row[side],
          reference: row[reference],
          weight: row.weight,
        })),
      )
    const first = score('a', 'r1') / score('b', 'r1')
    const second = score('a', 'r2') / score('b', 'r2')
    expect(first / second).toBeCloseTo(1, 9)
  })
})

describe('EVA-010: what is not measured well is not rated, with the reason', () => {
  test('a missing metric leaves its dimension and each profile that needs it', () => {
    const { dimensions, profiles, rated } = judge(without(measured(), 'fsync_p99_us'))
    expect(dimensions.find((one) => one.dimension === 'storage')).toMatchObject({
      points: null,
      unrated: ['MISSING_METRIC'],
    })
    expect(profiles.map(({ profile, points: value }) => [profile, value])).toEqual([
      ['general', 1000],
      ['ai-training', null],
      ['ai-inference', 1000],
      ['super', 1000],
      ['storage', null],
    ])
    expect(rated).toBe(true)
  })
  test.each([
    ['LOADED', under({ foreignPermille: 51 })],
    ['STEAL', under({ stealPermille: 21 })],
    ['PRESSURE', under({ pressurePermille: 101 })],
    ['FREQUENCY', under({ lowestKhz: 2_000_000, highestKhz: 3_000_000 })],
    ['SCATTER', withRuns(measured(), 'int_1t_ops_per_s', [90, 95, 100, 105, 110])],
    ['TOO_FEW_RUNS', withRuns(measured(), 'int_1t_ops_per_s', [100, 100, 100, 100])],
    ['MISSING_METRIC', withRuns(measured(), 'int_1t_ops_per_s', [0, 0, 0, 0, 0])],
  ] as const)('%s', (reason, one) => {
    expect(judge(one)).toMatchObject({ rated: false, reasons: [reason] })
  })
  test('LOADED where the threads waited for a processor', () => {
    const one = measured()
    const metrics = one.metrics.map((each) => ({ ...each, shares: [700, 700, 940, 990, 940] }))
    expect(judge({ ...one, metrics }).reasons).toEqual(['LOADED'])
  })
  test('within all limits it is rated', () => {
    const clocks = { lowestKhz: 2_300_000, highestKhz: 3_000_000 }
    const still = { foreignPermille: 50, stealPermille: 20, pressurePermille: 100 }
    expect(judge(under({ ...clocks, ...still, loadPermille: 9_000 })).rated).toBe(true)
  })
  test('POWER_TIER: modelled energy earns no points', () => {
    const one: Measured = { ...measured(), power: { tier: 'P0', source: '' } }
    expect(judge(one).dimensions.at(-1)).toMatchObject({ points: null, unrated: ['POWER_TIER'] })
    expect(judge(one).rated).toBe(true)
  })
})

test('median, scatter and the 95 % interval', () => {
  // t(2) = 4.303; s = 1, mean 2: 4.303 · 0.5 / √3
  expect(summarize([3, 1, 2])).toEqual({
    value: 2,
    cvPpm: 500_000,
    plusMinusPpm: 1_242_169,
    runs: 3,
  })
  expect(summarize([4, 4])).toEqual({ value: 4, cvPpm: 0, plusMinusPpm: 0, runs: 2 })
  expect(summarize([])).toEqual({ value: 0, cvPpm: 0, plusMinusPpm: 0, runs: 0 })
})

test('golden: the reference set of suan-2 is frozen', () => {
  expect([SUITE, REFERENCE_DIGEST]).toEqual([
    'suan-2',
    '1f39b7287faec3c25a1f6c8c044ef3316066ff9f863e07b1c0462b9721de1a05',
  ])
  const used = new Set(Object.values(DIMENSIONS).flatMap((parts) => parts.map((one) => one.metric)))
  expect([...used].toSorted()).toEqual(Object.keys(SUITE_METRICS).toSorted())
})
