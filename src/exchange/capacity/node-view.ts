/** What a query says of a node. */
import type { EvaluationView, NodeView } from '../../messages/index.ts'
import type { NodeRow } from '../catalog/rows.ts'
import type { CapacityDesk } from './capacity.ts'

/** `meterPeriod` is the delivery desk's: the last period of the node's chain of meter reports. */
export function nodeView(
  capacity: CapacityDesk,
  row: NodeRow,
  timeUs: number,
  meterPeriod: number,
): NodeView {
  const { node, account, site, hub, handle, publicKey, status, connected, isolation } = row
  const { attested, reserve, free, held, leased, committed } = capacity.occupancy(node, timeUs)
  return {
    node,
    account,
    site,
    hub,
    handle,
    publicKey,
    status,
    connected,
    isolation,
    attested,
    reserve,
    free,
    held,
    leased,
    committed,
    inventoryDigest: row.inventoryDigest,
    meterPeriod,
    grades: row.grades.map((each) => ({ ...each })),
    evaluation: evaluationView(row),
  }
}

function evaluationView(row: NodeRow): EvaluationView | null {
  return row.evaluation === null ? null : { node: row.node, ...row.evaluation }
}
