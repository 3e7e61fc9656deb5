/** What each evaluation command needs, and what it does. */
import { refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import { fieldUnless } from '../catalog/checks.ts'
import type { NodeRow } from '../catalog/rows.ts'
import type { Actor, Context } from '../context.ts'
import type { Rule } from '../rule.ts'
import { reportAssessment, requestRetest } from './assess.ts'
import { mayReport } from './may-report.ts'
import type { EvaluationWorld } from './world.ts'

const setGradeThresholds: Rule<'SetGradeThresholds', EvaluationWorld> = {
  scope: 'admin',
  checks: [
    (x, _actor, c) =>
      x.catalog.skus.has(c.sku) ? null : refuse('NOT_FOUND', { what: 'sku', id: c.sku }),
    (_x, _actor, c) => checkThresholds(c),
  ],
  apply: (x, ctx, c) => {
    const { sku, thresholds } = c
    ctx.emit({ kind: 'GradeThresholdsSet', sku, thresholds })
    x.evaluation.setThresholds(sku, thresholds)
    x.regrade(
      ctx,
      x.catalog.nodes.rows().map(({ node }) => node),
    )
  },
}

const reportEvaluation: Rule<'ReportEvaluation', EvaluationWorld> = {
  scope: 'provide',
  checks: [
    (x, actor, c) => mayReport(x, actor, c.node),
    (_x, actor, c) => checkReport(actor, c),
    (x, _actor, c) => {
      const last = x.catalog.mustNode(c.node).evaluation
      const newer = last === null || c.measuredAtUs >= last.measuredAtUs
      return fieldUnless(newer, 'measuredAtUs', 'a later report is known already')
    },
  ],
  apply: applyReport,
}

function applyReport(x: EvaluationWorld, ctx: Context, c: CommandOf<'ReportEvaluation'>): void {
  const { kind: _kind, node, ...report } = c
  const row: NodeRow = x.catalog.mustNode(node)
  x.timers.cancel(row.expiryTimer)
  x.evaluation.endStanding(node)
  row.evaluation = report
  row.expiryTimer =
    c.expiresAtUs === null ? 0 : x.timers.schedule(c.expiresAtUs, 'grade_expiry', node)
  ctx.emit({ kind: 'NodeEvaluated', node, ...report })
  x.regrade(ctx, [node])
}

function checkReport(actor: Actor, c: CommandOf<'ReportEvaluation'>): Refusal | null {
  const metrics = new Set(c.metrics.map((each) => each.metric))
  return (
    fieldUnless(c.metrics.length > 0, 'metrics', 'they must not be empty') ??
    fieldUnless(metrics.size === c.metrics.length, 'metrics', 'each may be named once') ??
    fieldUnless(c.measuredAtUs <= actor.timeUs, 'measuredAtUs', 'it must not be in the future') ??
    fieldUnless(
      c.expiresAtUs === null || c.expiresAtUs > actor.timeUs,
      'expiresAtUs',
      'it must be in the future',
    )
  )
}

/** Best grade first, each once; U is what is left and has no minimums. */
function checkThresholds(c: CommandOf<'SetGradeThresholds'>): Refusal | null {
  const grades = c.thresholds.map((each) => each.grade)
  const sorted = grades.every((grade, index) => index === 0 || (grades[index - 1] ?? '') < grade)
  return (
    fieldUnless(sorted, 'thresholds', 'best grade first, each once') ??
    fieldUnless(!grades.includes('U'), 'thresholds', 'U is what no minimums give')
  )
}

export const evaluationRules = {
  SetGradeThresholds: setGradeThresholds,
  ReportEvaluation: reportEvaluation,
  ReportAssessment: reportAssessment,
  RequestRetest: requestRetest,
} as const
