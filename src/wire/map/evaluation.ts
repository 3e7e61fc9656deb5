/** Verified reports as the API shows them. */
import { formatTime } from '../../kernel/index.ts'
import type {
  AssessedReport as ReportView,
  AssessmentView,
  ClassView,
} from '../../messages/index.ts'
import type { AssessedReport, Class, NodeEvaluations } from '../dto/evaluation.ts'
import { idOf } from '../id.ts'

export function toAssessedReport(view: ReportView): AssessedReport {
  return {
    account_id: idOf('account', view.account),
    independent: view.independent,
    suite: view.suite,
    reference_digest: view.referenceDigest,
    dimensions: [...view.dimensions],
    rated: view.rated,
    reasons: [...view.reasons],
    report_digest: view.reportDigest,
    inventory_digest: view.inventoryDigest,
    measured_at: formatTime(view.measuredAtUs),
    expires_at: formatTime(view.expiresAtUs),
  }
}

/** What stands of a node's reports; the list itself is the caller's. */
export function toStanding(
  node: number,
  view: AssessmentView | null,
): Omit<NodeEvaluations, 'data' | 'next_cursor' | 'has_more'> {
  const { standing = null, retest = null, factors = [], classes = [] } = view ?? {}
  return {
    node_id: idOf('node', node),
    standing: standing === null ? null : toAssessedReport(standing),
    factors: factors.map(({ sku, factorPpm }) => ({
      product_id: idOf('sku', sku),
      factor_ppm: factorPpm,
    })),
    retest:
      retest === null
        ? null
        : {
            account_id: idOf('account', retest.account),
            reason: retest.reason,
            requested_at: formatTime(retest.requestedAtUs),
          },
    classes: classes.map(toClass),
  }
}

export function toClass({ sku, nodes, medians }: ClassView): Class {
  return { product_id: idOf('sku', sku), nodes, medians: [...medians] }
}
