/** Every metric of a report beside its reference: what a page or a table of it shows. */
import {
  dimension as dimensionWords,
  metricFacts,
  type Dimension,
  type EvaluationReport,
  type UnratedReason,
} from '../messages/index.ts'
import { DIMENSIONS, referenceValues } from './reference.ts'
import { faultOf, points, summaries } from './score.ts'
import type { Summary } from './statistics.ts'

export interface MetricRow extends Summary {
  readonly metric: string
  readonly unit: string
  readonly lowerIsBetter: boolean
  /** dimensions that it counts for */
  readonly dimensions: readonly Dimension[]
  /** what the reference machine has; null for a metric that is none of the suite */
  readonly reference: number | null
  /** of this metric alone, 1,000 is the reference machine; null where it may not be used */
  readonly points: number | null
  readonly fault: UnratedReason | null
}

/** One row a metric that was measured, in the order of the report: those of tools come last. */
export function metricRows({
  metrics,
  tools = [],
}: Pick<EvaluationReport, 'metrics'> &
  Partial<Pick<EvaluationReport, 'tools'>>): readonly MetricRow[] {
  const references = referenceValues()
  const all = [metrics, ...tools.map((tool) => tool.metrics)].flat()
  return [...summaries({ metrics: all })].map(([metric, summary]) => {
    const { unit = '', lowerIsBetter = false } = metricFacts(metric) ?? {}
    const reference = references.get(metric) ?? null
    const fault = faultOf(metric, summary)
    const isUsed = fault === null && reference !== null
    return {
      ...summary,
      metric,
      unit,
      lowerIsBetter,
      dimensions: dimensionWords.values.filter((one) =>
        DIMENSIONS[one].some((part) => part.metric === metric),
      ),
      reference,
      points: isUsed
        ? Math.round(points([{ metric, reference, weight: 1, value: summary.value }]))
        : null,
      fault,
    }
  })
}
