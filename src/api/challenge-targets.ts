import type { NodeView } from '../messages/index.ts'
import { idOf, type ChallengeTarget } from '../wire/index.ts'
import type { Services } from './services.ts'

/** Nodes that are online with what their standing reports say, and leases that deliver on them. */
export async function challengeTargets({ door, witnessing }: Services): Promise<ChallengeTarget[]> {
  const nodes = await door.ask('nodes', { account: null })
  const online = nodes.filter(({ status, connected }) => status === 'online' && connected)
  return Promise.all(
    online.map(async (view) => {
      const { node, account, attested } = view
      const [leases, open] = await Promise.all([
        door.ask('assignments', { node }),
        door.ask('challenges', { node, open: true }),
      ])
      return {
        node_id: idOf('node', node),
        account_id: idOf('account', account),
        unsold: leases.length === 0,
        busy: open.length > 0,
        cores: attested.cores,
        memory_mib: attested.memoryMib,
        int_nt_ops_per_s: metricOf(view, 'int_nt_ops_per_s'),
        matmul_int8_nt_mops: metricOf(view, 'matmul_int8_nt_mops'),
        witness: witnessing.has(node),
        leases: leases
          .filter(({ lease, suspended }) => lease.status === 'delivering' && !suspended)
          .map(({ lease }) => ({
            lease_id: idOf('lease', lease.lease),
            cores: lease.resources.cores,
          })),
      }
    }),
  )
}

/** 0 where no report stands or the metric scattered too much to be taken. */
function metricOf({ evaluation }: NodeView, name: string): number {
  return evaluation?.metrics.find(({ metric }) => metric === name)?.value ?? 0
}
