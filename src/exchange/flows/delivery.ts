/** What delivery commands do beyond the delivery desk. */
import { US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS, type CommandOf, type LeaseEnd, type WorkloadEnd } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import { closeAllocation } from '../delivery/close.ts'
import { resumeNode, suspendNode } from '../delivery/contact.ts'
import { readMeters } from '../delivery/meters.ts'
import { armEnd, armRenewal, startClock } from '../delivery/renew.ts'
import { WORKLOAD_ENDED, type AllocationRow, type LeaseRow } from '../delivery/rows.ts'
import { changeWorkload } from '../delivery/workloads.ts'
import { hearSources } from './disputes.ts'
import { finish } from './finish.ts'
import { replaceLost } from './replace.ts'
import { retryStart } from './retry.ts'
import { silenced } from './sla.ts'
import { settleSupply } from './supply.ts'
import type { Desks } from './world.ts'

export function reportReady(x: Desks, ctx: Context, command: CommandOf<'ReportReady'>): void {
  const lease = x.delivery.leases.must(command.lease)
  lease.opened = true
  x.timers.cancel(lease.startTimer)
  lease.status = 'starting'
  const allocation = x.delivery.allocations.must(lease.allocation)
  if (x.delivery.leasesOf(allocation).every((each) => each.opened)) startClock(x, ctx, allocation)
}

/** Progress keeps the start alive, up to the image deadline (rule DLV-024). */
export function reportStartProgress(
  x: Desks,
  ctx: Context,
  command: CommandOf<'ReportStartProgress'>,
): void {
  const lease = x.delivery.leases.must(command.lease)
  const latestUs = Math.min(
    lease.openedAtUs + LIMITS.imageSeconds * US_PER_SECOND,
    lease.untilUs ?? Infinity,
  )
  const nextUs = Math.min(ctx.timeUs + LIMITS.startSeconds * US_PER_SECOND, latestUs)
  lease.status = 'starting'
  lease.startDeadlineUs = Math.max(lease.startDeadlineUs, nextUs)
  x.timers.cancel(lease.startTimer)
  lease.startTimer = x.timers.schedule(lease.startDeadlineUs, 'start_deadline', lease.lease)
  const { startDeadlineUs } = lease
  const { bytesDone, bytesTotal } = command
  ctx.emit({
    kind: 'StartDeadlineMoved',
    lease: lease.lease,
    startDeadlineUs,
    bytesDone,
    bytesTotal,
  })
}

export function reportStartFailure(
  x: Desks,
  ctx: Context,
  command: CommandOf<'ReportStartFailure'>,
): void {
  const lease = x.delivery.leases.must(command.lease)
  const end = command.fault === 'buyer' ? 'BUYER_IMAGE' : 'START_FAILED'
  closeLeases(x, ctx, lease, end, command.detail)
}

export function reportWorkload(x: Desks, ctx: Context, command: CommandOf<'ReportWorkload'>): void {
  const row = x.delivery.workloads.must(command.workload)
  changeWorkload(ctx, row, command)
  if (!WORKLOAD_ENDED.has(row.status) || !row.closeAllocation) return
  const allocation = x.delivery.allocations.must(row.allocation)
  const end = row.end === null ? undefined : ENDS_OF_LEASE[row.end]
  endAllocation(x, ctx, allocation, end ?? 'WORKLOAD_DONE')
}

/**
 * Ends of a workload that are really ends of its lease (rule DLV-025). A program that cannot be
 * started is none: where a lease is ready, its machine did start, and its seconds are paid.
 */
const ENDS_OF_LEASE: Readonly<Partial<Record<WorkloadEnd, LeaseEnd>>> = {
  FUNDING_UNCONFIRMED: 'FUNDING_UNCONFIRMED',
  PROVIDER_SHUTDOWN: 'PROVIDER_SHUTDOWN',
  NODE_RESTARTED: 'NODE_LOST',
  NODE_LOST: 'NODE_LOST',
  EVICTED: 'NODE_LOST',
}

export function reportMeters(x: Desks, ctx: Context, command: CommandOf<'ReportMeters'>): void {
  const freed = new Set<number>()
  for (const lease of readMeters(x, ctx, command)) {
    // A daemon that put away an open lease says why by how far it came: the end of the funding is
    // a right end, anything earlier is the provider's.
    if (lease.closedAtUs === null) {
      const funded = lease.readyAtUs !== null && lease.coveredSeconds + 1 >= lease.fundedSeconds
      closeLeases(x, ctx, lease, funded ? 'FUNDING_UNCONFIRMED' : 'PROVIDER_SHUTDOWN')
    }
    finish(x, ctx, lease)
    freed.add(lease.node)
  }
  settleSupply(x, ctx, freed)
}

export function reportContact(x: Desks, ctx: Context, command: CommandOf<'ReportContact'>): void {
  const { node, connected } = command
  if (x.catalog.mustNode(node).connected === connected) return
  x.catalog.mustNode(node).connected = connected
  ctx.emit({ kind: 'ContactChanged', node, connected })
  x.sla.contact(node, connected, ctx.timeUs)
  if (connected) resumeNode(x, ctx, node)
  else {
    suspendNode(x, ctx, node)
    silenced(x, ctx, node)
    for (const lease of x.delivery.leasesOn(node)) hearSources(x, ctx, lease)
  }
  settleSupply(x, ctx, [node])
}

export function setDuration(x: Desks, ctx: Context, command: CommandOf<'SetDuration'>): void {
  const row = x.delivery.allocations.must(command.allocation)
  row.durationSeconds = command.durationSeconds
  ctx.emit({ ...command, kind: 'DurationSet' })
  for (const lease of x.delivery.leasesOf(row)) {
    armEnd(x, lease, row)
    armRenewal(x, ctx, lease, row)
  }
}

/** Closes the allocation of a lease. */
export function closeLeases(
  x: Desks,
  ctx: Context,
  lease: LeaseRow,
  end: LeaseEnd,
  detail = '',
): void {
  endAllocation(x, ctx, x.delivery.allocations.must(lease.allocation), end, detail)
}

/** Closes an open allocation; where its machine did not start, the next one may be tried. */
function endAllocation(
  x: Desks,
  ctx: Context,
  allocation: AllocationRow,
  end: LeaseEnd,
  detail = '',
): void {
  if (allocation.closed) return
  closeAllocation(x, ctx, allocation, end, detail)
  retryStart(x, ctx, allocation)
  replaceLost(x, ctx, allocation)
}
