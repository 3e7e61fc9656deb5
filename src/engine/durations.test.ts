import { expect, test } from 'vitest'
import { Durations } from './durations.ts'

test('each time falls into the first bucket that it fits, those beyond into the last', () => {
  const durations = new Durations(0.001, 3)
  durations.add(0.001)
  durations.add(0.0015, 4)
  durations.add(9)
  const { bounds, counts, sumSeconds } = durations.counts()
  expect(bounds).toEqual([0.001, 0.002, 0.004])
  expect(counts).toEqual([1, 4, 0, 1])
  expect(sumSeconds).toBeCloseTo(9.007, 9)
})
