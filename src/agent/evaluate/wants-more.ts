import { variationPpm } from '../../kernel/index.ts'
import { WAITED_PERMILLE, metricFacts, type ReportMetric } from '../../messages/index.ts'
import type { Effort } from './effort.ts'
import { percentile } from './statistics.ts'

/**
 * Whether a metric is to be run again: too few runs yet, or they scatter too much to rate anything while
 * most did not wait for other programs, which more runs would not mend. All runs count, none is thrown
 * away. `shares` is empty where nobody looked how long a run had its processor.
 */
export function wantsMore(
  metric: string,
  { runs, shares }: Pick<ReportMetric, 'runs' | 'shares'>,
  effort: Effort,
): boolean {
  if (runs.length < effort.runs) return true
  const haveWaited = shares.length > 0 && percentile(shares, 0.5) < WAITED_PERMILLE
  if (runs.length >= effort.mostRuns || haveWaited) return false
  return variationPpm(runs) > (metricFacts(metric)?.scatterPpm ?? 0)
}
