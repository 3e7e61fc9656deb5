/** From measured integers to a grade (rule EVA-002). A composite score is for display only. */
import type { CommandOf, Grade } from '../../messages/index.ts'

export type Thresholds = CommandOf<'SetGradeThresholds'>['thresholds']
type Metrics = CommandOf<'ReportEvaluation'>['metrics']

/** The first (best) grade all of whose minimums are met; U when there is none. */
export function gradeFor(thresholds: Thresholds, metrics: Metrics): Grade {
  const values = new Map(metrics.map((each) => [each.metric, each.value]))
  const reached = thresholds.find(({ minimums }) =>
    minimums.every(({ metric, atLeast }) => (values.get(metric) ?? -1) >= atLeast),
  )
  return reached?.grade ?? 'U'
}
