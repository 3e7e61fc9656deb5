/** Sites, nodes and evaluations as the API shows them. */
import { formatTime } from '../../kernel/index.ts'
import type { EvaluationView, NodeView, SiteRow } from '../../messages/index.ts'
import type { Evaluation, Node, Site } from '../dto/provider.ts'
import { idOf } from '../id.ts'
import { timeOrNull, toResources } from './common.ts'

export function toSite(row: SiteRow): Site {
  return {
    id: idOf('site', row.site),
    account_id: idOf('account', row.account),
    hub_id: idOf('hub', row.hub),
    handle: row.handle,
  }
}

export function toEvaluation(view: EvaluationView): Evaluation {
  return {
    node_id: idOf('node', view.node),
    suite: view.suite,
    metrics: view.metrics.map(({ metric, value, spreadPpm }) => ({
      metric,
      value,
      spread_ppm: spreadPpm,
    })),
    provisional: view.provisional,
    digest: view.digest,
    signature: view.signature,
    measured_at: formatTime(view.measuredAtUs),
    expires_at: timeOrNull(view.expiresAtUs),
  }
}

export function toNode(view: NodeView): Node {
  return {
    id: idOf('node', view.node),
    number: view.node,
    account_id: idOf('account', view.account),
    site_id: idOf('site', view.site),
    hub_id: idOf('hub', view.hub),
    handle: view.handle,
    public_key: view.publicKey,
    status: view.status,
    connected: view.connected,
    isolation: view.isolation,
    attested: toResources(view.attested),
    reserve: toResources(view.reserve),
    free: toResources(view.free),
    held: toResources(view.held),
    leased: toResources(view.leased),
    committed: toResources(view.committed),
    inventory_digest: view.inventoryDigest,
    meter_period: view.meterPeriod,
    grades: view.grades.map(({ sku, grade }) => ({ product_id: idOf('sku', sku), grade })),
    evaluation: view.evaluation === null ? null : toEvaluation(view.evaluation),
  }
}
