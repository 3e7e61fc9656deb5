import { bootId } from '../../clock.ts'
import type { Cluster } from '../../kubernetes/cluster.ts'
import type { Manifest, Node } from '../../kubernetes/objects.ts'
import { nodePath } from '../../kubernetes/paths.ts'
import type { Machine } from '../driver.ts'
import { COURIER_SHARE, COURIERS } from './allocation.ts'
import { LABELS } from './names.ts'

const MIB = 1024 * 1024
/** Suffixes of Kubernetes' quantities that nodes use. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: MIB,
  Gi: 1024 * MIB,
  Ti: 1024 * 1024 * MIB,
}

interface Requesting extends Manifest {
  readonly spec?: {
    readonly containers?: readonly {
      readonly resources?: { readonly requests?: Readonly<Record<string, string>> }
    }[]
  }
}

/**
 * What of a cluster's node can be sold: whole cores and memory that no pod but our own asks for, less
 * what the containers beside each program take. `here` when the daemon runs on that very node, of the
 * same boot.
 */
export async function machineOf(cluster: Cluster, node: string, agent: string): Promise<Machine> {
  const found = await cluster.get<Node>(nodePath(node))
  const others = await cluster.list<Requesting>('/api/v1/pods', {
    fieldSelector: `spec.nodeName=${node},status.phase!=Succeeded,status.phase!=Failed`,
    labelSelector: `${LABELS.agent}!=${agent}`,
  })
  const free = (kind: 'cpu' | 'memory') =>
    quantity(found.status?.allocatable?.[kind]) - requestsOf(others, kind)
  const share = 1 + (COURIERS * COURIER_SHARE.milliCores) / 1_000
  const cores = Math.max(0, Math.floor(free('cpu') / share))
  const memoryMib = Math.floor(free('memory') / MIB) - cores * COURIERS * COURIER_SHARE.memoryMib
  const here = found.status?.nodeInfo?.bootID === bootId()
  return { name: node, cores, memoryMib: Math.max(0, memoryMib), here }
}

/** A quantity as Kubernetes writes it (`1900m`, `24104068Ki`), in cores or bytes; 0 for none. */
export function quantity(text = '0'): number {
  const [, digits = '0', suffix = ''] = /^([0-9.]+)([a-zA-Z]*)$/.exec(text) ?? []
  return suffix === 'm' ? Number(digits) / 1_000 : Number(digits) * (UNITS[suffix] ?? 1)
}

function requestsOf(pods: readonly Requesting[], kind: 'cpu' | 'memory'): number {
  const containers = pods.flatMap(({ spec }) => spec?.containers ?? [])
  return containers.reduce((sum, { resources }) => sum + quantity(resources?.requests?.[kind]), 0)
}
