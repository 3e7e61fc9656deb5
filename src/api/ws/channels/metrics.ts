/** What a lease uses, live: asked of its daemon for as long as somebody looks. */
import { refused } from '../../problem.ts'
import type { OpenChannel } from '../subscription.ts'
import { mustBeDaemon } from './assignments.ts'
import { ownWorkload } from './logs.ts'

/** Of the lease of one's own workload. */
export const metrics: OpenChannel = async (subscription) => {
  const { services, outlet } = subscription
  const { door, leaseMetrics } = services
  const { allocation, node } = await ownWorkload(subscription)
  const leases = (await door.ask('allocation', { allocation }))?.leases ?? []
  const lease = leases.find((each) => each.node === node && each.status !== 'closed')
  if (lease === undefined) throw refused('LEASE_STATE')
  subscription.snapshot(door.durableSeq(), [])
  return leaseMetrics.watch(lease.lease, node, (sample) => {
    if (outlet.isSlow()) return services.metrics.wsConflated.inc()
    subscription.update(door.durableSeq(), [sample])
  })
}

/** For a node's own daemon: which leases it is to tell of. */
export const usages: OpenChannel = async (subscription) => {
  const { door, leaseMetrics } = subscription.services
  const node = mustBeDaemon(subscription)
  subscription.snapshot(door.durableSeq(), leaseMetrics.wanted(node))
  return leaseMetrics.opened(node, (wanted) => subscription.update(door.durableSeq(), wanted))
}
