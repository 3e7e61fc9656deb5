/** What a verified report does (rules EVA-008 to EVA-014). Its bytes were checked at the door. */
import {
  REPORT_AGE_SECONDS,
  REPORT_DAYS,
  refuse,
  type CommandOf,
  type Refusal,
} from '../../messages/index.ts'
import { US_PER_SECOND } from '../../kernel/index.ts'
import { fieldUnless } from '../catalog/checks.ts'
import type { NodeRow } from '../catalog/rows.ts'
import type { Actor, Context } from '../context.ts'
import type { Rule } from '../rule.ts'
import { mayAssess } from './may-report.ts'
import type { Assessment } from './rows.ts'
import type { EvaluationWorld } from './world.ts'

const LONGEST_US = REPORT_DAYS * 86_400 * US_PER_SECOND

export const reportAssessment: Rule<'ReportAssessment', EvaluationWorld> = {
  // Which scope depends on whose machine it is.
  scope: 'any',
  checks: [
    (x, actor, c) => mayAssess(x, actor, c.node),
    (_x, actor, c) => checkForm(actor, c),
    (x, _actor, c) =>
      x.catalog.mustNode(c.node).inventoryDigest === c.inventoryDigest
        ? null
        : refuse('REPORT_UNVERIFIED', { what: 'inventory' }),
    (x, _actor, c) => {
      const last = x.evaluation.assessment(c.node)?.last ?? null
      const newer = last === null || c.measuredAtUs > last.measuredAtUs
      return fieldUnless(newer, 'measuredAtUs', 'a later report is known already')
    },
  ],
  apply: (x, ctx, c) => {
    const { kind: _kind, ...report } = c
    const node = x.catalog.mustNode(c.node)
    const independent = isIndependent(x, ctx, node)
    const row = x.evaluation.assessmentOf(c.node)
    const last = assessmentOf(c, ctx.account, independent)
    row.last = last
    ctx.emit({ kind: 'NodeAssessed', account: ctx.account, independent, ...report })
    if (independent) row.retest = null
    // An assessor's word stands until it expires: one's own later reports grade nothing.
    const isOverruled = !independent && row.standing?.independent === true
    if (!c.rated || isOverruled) return
    row.standing = last
    takeAsEvaluation(x, node, c)
    x.regrade(ctx, [c.node])
  },
}

export const requestRetest: Rule<'RequestRetest', EvaluationWorld> = {
  scope: 'provide',
  checks: [
    (x, actor, c) => {
      const row = x.catalog.node(c.node)
      if (row === undefined) return refuse('NOT_FOUND', { what: 'node', id: c.node })
      return row.account === actor.account ? null : refuse('FORBIDDEN')
    },
    (_x, _actor, c) => fieldUnless(c.reason !== '', 'reason', 'it must not be empty'),
    (x, _actor, c) => {
      const isOpen = (x.evaluation.assessment(c.node)?.retest ?? null) !== null
      return isOpen ? refuse('ALREADY_EXISTS', { what: 'retest', id: c.node }) : null
    },
  ],
  apply: (x, ctx, { node, reason }) => {
    const { account, timeUs } = ctx
    x.evaluation.assessmentOf(node).retest = { account, reason, requestedAtUs: timeUs }
    ctx.emit({ kind: 'RetestRequested', account, node, reason })
  },
}

/** The node is another machine than the one that was measured: its grades end (rule EVA-012). */
export function endOtherMachine(
  x: Pick<EvaluationWorld, 'timers' | 'catalog' | 'evaluation' | 'regrade'>,
  ctx: Context,
  node: number,
  inventoryDigest: string,
): void {
  const standing = x.evaluation.assessment(node)?.standing ?? null
  if (standing !== null && standing.inventoryDigest !== inventoryDigest) endReport(x, ctx, node)
}

/** Whatever report the node's grades come from does not stand any more. */
export function endReport(
  x: Pick<EvaluationWorld, 'timers' | 'catalog' | 'evaluation' | 'regrade'>,
  ctx: Context,
  node: number,
): void {
  x.timers.cancel(x.catalog.mustNode(node).expiryTimer)
  expireEvaluation(x, ctx, node)
}

/** The report of a node is too old to be believed: its grades become U (rule EVA-004). */
export function expireEvaluation(
  x: Pick<EvaluationWorld, 'catalog' | 'evaluation' | 'regrade'>,
  ctx: Context,
  node: number,
): void {
  const row = x.catalog.mustNode(node)
  row.evaluation = null
  row.expiryTimer = 0
  x.evaluation.endStanding(node)
  x.regrade(ctx, [node])
}

/** Grades go by the metrics and, as `points.general` and so on, by the points of the dimensions. */
function takeAsEvaluation(
  x: EvaluationWorld,
  node: NodeRow,
  c: CommandOf<'ReportAssessment'>,
): void {
  const measured = c.metrics.map(({ metric, value, cvPpm }) => ({
    metric,
    value,
    spreadPpm: cvPpm,
  }))
  const points = c.dimensions.flatMap((one) =>
    one.points === null
      ? []
      : [{ metric: `points.${one.dimension}`, value: one.points, spreadPpm: 0 }],
  )
  x.timers.cancel(node.expiryTimer)
  node.evaluation = {
    suite: c.suite,
    metrics: [...measured, ...points],
    provisional: false,
    digest: c.reportDigest,
    signature: c.signature,
    measuredAtUs: c.measuredAtUs,
    expiresAtUs: c.expiresAtUs,
  }
  node.expiryTimer = x.timers.schedule(c.expiresAtUs, 'grade_expiry', c.node)
}

function assessmentOf(
  c: CommandOf<'ReportAssessment'>,
  account: number,
  independent: boolean,
): Assessment {
  const { suite, referenceDigest, dimensions, rated, reasons, reportDigest } = c
  const { inventoryDigest, measuredAtUs, expiresAtUs } = c
  return {
    account,
    independent,
    suite,
    referenceDigest,
    dimensions,
    rated,
    reasons,
    reportDigest,
    inventoryDigest,
    measuredAtUs,
    expiresAtUs,
  }
}

/** An assessor who measures another member's machine. */
function isIndependent(x: EvaluationWorld, actor: Actor, node: NodeRow): boolean {
  const isOther = x.members.memberOf(node.account) !== x.members.memberOf(actor.account)
  return isOther && x.members.hasRole(actor.account, 'assessor')
}

function checkForm(actor: Actor, c: CommandOf<'ReportAssessment'>): Refusal | null {
  const metrics = new Set(c.metrics.map((each) => each.metric))
  const dimensions = new Set(c.dimensions.map((each) => each.dimension))
  const ageUs = actor.timeUs - c.measuredAtUs
  const lastsUs = c.expiresAtUs - c.measuredAtUs
  return (
    fieldUnless(metrics.size === c.metrics.length, 'metrics', 'each may be named once') ??
    fieldUnless(dimensions.size === c.dimensions.length, 'dimensions', 'each may be named once') ??
    fieldUnless(c.rated === (c.reasons.length === 0), 'rated', 'rated without reasons, or not') ??
    fieldUnless(ageUs >= 0, 'measuredAtUs', 'it must not be in the future') ??
    fieldUnless(ageUs <= REPORT_AGE_SECONDS * US_PER_SECOND, 'measuredAtUs', 'older than a day') ??
    fieldUnless(c.expiresAtUs > actor.timeUs, 'expiresAtUs', 'it must be in the future') ??
    fieldUnless(lastsUs <= LONGEST_US, 'expiresAtUs', 'more than 90 days after the measurement')
  )
}
