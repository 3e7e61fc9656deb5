/** What part of a standard hour an hour of a node is (rule EVA-013). */
import { minBig, mulDivFloor } from '../../kernel/index.ts'
import type { Thresholds } from './grades.ts'

const WHOLE = 1_000_000n
type Metrics = readonly { readonly metric: string; readonly value: number }[]

/**
 * The least of measured / contracted over the minimums of the best grade, at most 1; in parts per
 * million, rounded down. Null where a metric was not measured: nothing is made up.
 */
export function factorFor(
  minimums: Thresholds[number]['minimums'],
  metrics: Metrics,
): number | null {
  const values = new Map(metrics.map((each) => [each.metric, each.value]))
  let factor = WHOLE
  for (const { metric, atLeast } of minimums) {
    const value = values.get(metric)
    if (value === undefined) return null
    if (atLeast > 0) factor = minBig(factor, mulDivFloor(BigInt(value), WHOLE, BigInt(atLeast)))
  }
  return Number(factor)
}
