/** What a node's daemon must make true: the whole list, again whenever something in it changes. */
import type { Assignment } from '../../../wire/index.ts'
import { assignmentsOf } from '../../assignments.ts'
import { mustNumber } from '../../inputs.ts'
import { malformed, refused } from '../../problem.ts'
import type { OpenChannel, Subscription } from '../subscription.ts'
import { anyEvent, watch } from '../watch.ts'
import { same } from './public.ts'

const GATHER_MS = 10

/** Only with the node's own key. While it is open the node counts as connected. */
export const assignments: OpenChannel = async (subscription) => {
  const { services } = subscription
  const node = mustBeDaemon(subscription)
  const stop = await watch(subscription, {
    everyMs: GATHER_MS,
    touches: anyEvent((event) => /^(Lease|Workload|Allocation|Duration|Start)/.test(event.kind)),
    load: () => assignmentsOf(services, node),
    send: (now, before) => {
      if (before !== null && same(unsigned(now.data), unsigned(before.data))) return false
      if (before === null) subscription.snapshot(now.seq, now.data)
      else subscription.update(now.seq, now.data)
      return true
    },
  })
  const gone = services.contact.opened(node)
  return () => {
    gone()
    stop()
  }
}

/** The node that is asked for, when its own daemon asks. Refuses with NOT_FOUND. */
export function mustBeDaemon({ op, outlet }: Subscription): number {
  if (op.node_id === undefined) {
    throw malformed({ field: 'node_id', code: 'required', message: 'which node' })
  }
  const node = mustNumber('node', op.node_id)
  if (outlet.key === null) throw refused('UNAUTHENTICATED')
  if (outlet.key.node === node && outlet.key.scopes.includes('provide')) return node
  throw refused('NOT_FOUND', { what: 'node', id: op.node_id })
}

/** Without the seq and signature, which are new in every statement. */
function unsigned(data: readonly Assignment[]): unknown {
  return data.map(({ lease, nonce, suspended, workloads }) => ({
    lease,
    nonce,
    suspended,
    workloads,
  }))
}
