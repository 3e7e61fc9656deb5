import type { Cluster } from '../../kubernetes/cluster.ts'
import type { Node } from '../../kubernetes/objects.ts'
import { NODES } from '../../kubernetes/paths.ts'
import { watchAll } from '../../kubernetes/watch.ts'

/** All nodes, whatever their labels; a selector that needs this word can be written `all,all`. */
export const ALL_NODES = 'all'

/** A node of a cluster that matches; `closed` says why no new pod finds a place on it now. */
export interface FleetNode {
  readonly name: string
  readonly closed: string | null
}

/**
 * The nodes of a cluster that a label selector matches, now and after every change, for ever. Errors
 * that may pass are waited out; throws KubernetesError for a selector that the cluster refuses.
 */
export async function* fleetNodes(
  cluster: Cluster,
  selector: string,
): AsyncGenerator<readonly FleetNode[]> {
  const query: Readonly<Record<string, string>> =
    selector === ALL_NODES ? {} : { labelSelector: selector }
  for await (const nodes of watchAll<Node>(cluster, NODES, query)) {
    yield [...nodes.values()].map((node) => ({ name: node.metadata.name, closed: closedBy(node) }))
  }
}

/** Our pods tolerate no taint; the cluster also taints what is cordoned or does not answer. */
function closedBy({ metadata, spec, status }: Node): string | null {
  if (metadata.deletionTimestamp !== undefined) return 'it is being removed'
  if (spec?.unschedulable === true) return 'it is cordoned'
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  if (ready?.status !== 'True') return 'it is not ready'
  const taint = spec?.taints?.find(({ effect }) => effect !== 'PreferNoSchedule')
  return taint === undefined ? null : `it has the taint ${taint.key}`
}
