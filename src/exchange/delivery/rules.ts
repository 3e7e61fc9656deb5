/** The delivery desk's lines of the check table: who may, and when. Effects are in `flows`. */
import { LIMITS, refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import type { Actor } from '../context.ts'
import type { DeliveryWorld } from './delivery.ts'
import { mayBecome } from './workloads.ts'
import { suspendedAtUs } from './suspensions.ts'
import { WORKLOAD_ENDED, type AllocationRow, type LeaseRow } from './rows.ts'

type X = DeliveryWorld

/** An allocation that is open and of which the acting account is a party; others see none. */
function openAllocationOf(isParty: (x: X, row: AllocationRow, account: number) => boolean) {
  return (x: X, actor: Actor, command: { readonly allocation: number }): Refusal | null => {
    const id = command.allocation
    const row = x.delivery.allocations.get(id)
    if (row === undefined || !isParty(x, row, actor.account)) {
      return refuse('NOT_FOUND', { what: 'allocation', id })
    }
    return row.closed ? refuse('ALLOCATION_CLOSED', { id }) : null
  }
}
export const boughtAllocation = openAllocationOf((_x, row, account) => row.account === account)
/** Its leases end as one (rule DLV-019), so each of its sellers may reclaim it. */
export const soldAllocation = openAllocationOf((x, row, account) =>
  x.delivery.leasesOf(row).some((lease) => lease.sellAccount === account),
)

/** The key is the daemon's own, bound to this node. */
export function daemonOf(x: X, actor: Actor, node: number): Refusal | null {
  if (actor.account === 0) return null
  return x.members.key(actor.key)?.node === node ? null : refuse('FORBIDDEN')
}

/** The lease is on the daemon's node and still waits to be opened. */
export function startingLease(
  x: X,
  actor: Actor,
  command: { readonly lease: number },
): Refusal | null {
  const lease = x.delivery.leases.get(command.lease)
  if (lease === undefined) return refuse('NOT_FOUND', { what: 'lease', id: command.lease })
  const foreign = daemonOf(x, actor, lease.node)
  if (foreign !== null) return foreign
  if (lease.status === 'matched' || lease.status === 'starting') return null
  return refuse('LEASE_STATE', { id: lease.lease, status: lease.status })
}

/** What is open already has no deadline to move and is not opened again. */
export function notOpened(
  x: X,
  _actor: Actor,
  { lease }: { readonly lease: number },
): Refusal | null {
  const { opened, status } = x.delivery.leases.must(lease)
  return opened ? refuse('LEASE_STATE', { id: lease, status }) : null
}

export function nonceMatches(
  x: X,
  _actor: Actor,
  command: CommandOf<'ReportReady'>,
): Refusal | null {
  const lease: LeaseRow = x.delivery.leases.must(command.lease)
  return lease.nonce === command.nonce ? null : refuse('NONCE_WRONG')
}

export function roomForWorkload(
  x: X,
  _actor: Actor,
  command: CommandOf<'StartWorkload'>,
): Refusal | null {
  const row = x.delivery.allocations.must(command.allocation)
  if (row.workloads.length < LIMITS.workloadsPerAllocation) return null
  return refuse('LIMIT_REACHED', { limit: LIMITS.workloadsPerAllocation, what: 'workloads' })
}

export function ownLiveWorkload(
  x: X,
  actor: Actor,
  command: { readonly workload: number },
): Refusal | null {
  const row = x.delivery.workloads.get(command.workload)
  if (row === undefined || row.account !== actor.account) {
    return refuse('NOT_FOUND', { what: 'workload', id: command.workload })
  }
  if (!WORKLOAD_ENDED.has(row.status)) return null
  return refuse('WORKLOAD_ENDED', { id: command.workload })
}

/** A tunnel leads into a workload that runs, and a port has a number (rules DLV-028, DLV-032). */
export function tunnelTarget(
  x: X,
  _actor: Actor,
  { workload, tunnel, port }: CommandOf<'OpenTunnel'>,
): Refusal | null {
  if ((tunnel === 'port') !== (port !== null) || port === 0) {
    return refuse('FIELD_INVALID', { field: 'port', why: 'only a tunnel to a port has one' })
  }
  const { status, allocation } = x.delivery.workloads.must(workload)
  const isHalted = suspendedAtUs(x.delivery, x.delivery.allocations.must(allocation)) !== null
  if (status === 'running' && !isHalted) return null
  const why = isHalted ? 'it is suspended' : 'it is not running'
  return refuse('TUNNEL_REFUSED', { id: workload, why })
}

/** The daemon reports a forward step of a workload on its node. */
export function workloadStep(
  x: X,
  actor: Actor,
  command: CommandOf<'ReportWorkload'>,
): Refusal | null {
  const row = x.delivery.workloads.get(command.workload)
  if (row === undefined) return refuse('NOT_FOUND', { what: 'workload', id: command.workload })
  const foreign = daemonOf(x, actor, row.node)
  if (foreign !== null) return foreign
  if (mayBecome(row.status, command.status)) return null
  const facts = { what: 'workload', from: row.status, to: command.status }
  return refuse('TRANSITION_INVALID', facts)
}

/** A duration may not end before what has been delivered already. */
export function durationAhead(
  x: X,
  actor: Actor,
  command: CommandOf<'SetDuration'>,
): Refusal | null {
  const { durationSeconds } = command
  if (durationSeconds === null) return null
  const row = x.delivery.allocations.must(command.allocation)
  const [first] = x.delivery.leasesOf(row)
  const runUs = actor.timeUs - (first?.readyAtUs ?? actor.timeUs)
  if (durationSeconds < 1 || durationSeconds > LIMITS.durationSecondsMax) {
    return refuse('FIELD_INVALID', { field: 'duration_seconds', why: 'out of range' })
  }
  if (durationSeconds * 1_000_000 >= runUs) return null
  return refuse('FIELD_INVALID', { field: 'duration_seconds', why: 'already passed' })
}
