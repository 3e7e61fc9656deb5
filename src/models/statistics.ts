import { variationPpm } from '../kernel/index.ts'

/** What several runs of one measurement say. */
export interface Summary {
  readonly value: number
  /** coefficient of variation: standard deviation / mean, parts per million */
  readonly cvPpm: number
  /** half of the 95 % confidence interval of the mean, parts per million of it */
  readonly plusMinusPpm: number
  readonly runs: number
}

/** Two-sided 95 % points of Student's t for 1 … 15 degrees of freedom (any table of it). */
const T_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131,
]

/** Median (the lower of the middle two when even), scatter and interval of runs; all 0 of none. */
export function summarize(runs: readonly number[]): Summary {
  const n = runs.length
  const cvPpm = variationPpm(runs)
  const t = T_95[Math.min(n - 2, T_95.length - 1)] ?? 0
  return {
    value: median(runs),
    cvPpm,
    plusMinusPpm: Math.round((t * cvPpm) / Math.sqrt(Math.max(1, n))),
    runs: n,
  }
}

/** The middle value, the lower of two; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((values.length - 1) / 2)] ?? 0
}
