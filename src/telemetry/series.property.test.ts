/** Random lives of a series: it says what a list of everything would say, as far as it reaches back. */
import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { cases } from '../../test/support/cases.ts'
import type { SeriesStep } from '../messages/index.ts'
import { SCALES } from './metrics.ts'
import { KEPT, Series } from './series.ts'

const WIDTH = 3
const START = 1_700_000_000
/** of a share: a step of its scale, and half a step for the mean's own rounding */
const ERROR = 1.5 / 65_534

const gap = fc.oneof(
  { weight: 20, arbitrary: fc.constant(1) },
  { weight: 3, arbitrary: fc.integer({ min: 2, max: 90 }) },
  { weight: 1, arbitrary: fc.integer({ min: 300, max: 90_000 }) },
)
const value = fc.oneof(
  { weight: 9, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
)
const life = fc.array(fc.record({ gap, values: fc.tuple(value, value, value) }), {
  minLength: 1,
  maxLength: 400,
})

/** Everything that was ever written: what a series would be without limits. */
class Everything {
  readonly seconds = new Map<number, readonly number[]>()

  interval(from: number, step: number, metric: number): { mean: number; highest: number } {
    const all: number[] = []
    for (const [second, values] of this.seconds) {
      const one = values[metric]!
      if (second >= from && second < from + step && !Number.isNaN(one)) all.push(one)
    }
    const sum = all.reduce((total, one) => total + one, 0)
    return { mean: sum / all.length, highest: Math.max(Number.NEGATIVE_INFINITY, ...all) }
  }
}

test.prop([life, fc.integer({ min: 0, max: 3_700 })], { numRuns: cases(60) })(
  'seconds, minutes and hours are those of the naive series',
  (steps, offset) => {
    const series = new Series(WIDTH)
    const everything = new Everything()
    let now = START + offset
    for (const { gap: ahead, values } of steps) {
      now += ahead
      expect(series.write(now, values)).toBe(true)
      everything.seconds.set(now, values)
    }
    for (const step of [1, 60, 3_600] as const) compare(series, everything, now, step)
  },
)

function compare(series: Series, everything: Everything, now: number, step: SeriesStep): void {
  const last = Math.floor(now / step) * step
  // A few of the newest, the oldest that is kept, one that is not kept any more, one to come.
  const oldest = last - (KEPT[step] - 1) * step
  const places = [0, 1, 2, 3, 7, 59].map((n) => last - n * step)
  for (const from of [...places, oldest, oldest + step]) {
    for (let metric = 0; metric < WIDTH; metric++) {
      const { mean, highest } = series.read(metric, from, step, 1)
      const asked = everything.interval(from, step, metric)
      expectNear(mean[0]!, asked.mean)
      expectNear(highest[0]!, step === 1 ? asked.mean : asked.highest)
    }
  }
  for (const from of [last + step, oldest - 2 * step]) {
    expect(series.read(0, from, step, 1).mean[0]).toBeNaN()
  }
}

function expectNear(found: number, asked: number): void {
  if (Number.isFinite(asked)) expect(Math.abs(found - asked)).toBeLessThanOrEqual(ERROR)
  else expect(found).toBeNaN()
}

test('what comes late, or twice, is not written', () => {
  const series = new Series(WIDTH)
  expect(series.write(START, [0.5, 0.5, 0.5])).toBe(true)
  expect(series.write(START, [0.1, 0.1, 0.1])).toBe(false)
  expect(series.write(START - 1, [0.1, 0.1, 0.1])).toBe(false)
  const code = SCALES[0]!.code(0.5)
  expect(series.read(0, START, 1, 1).mean[0]).toBeCloseTo(SCALES[0]!.value(code), 6)
  expect(series.read(WIDTH, START, 1, 1).mean[0]).toBeNaN()
})
