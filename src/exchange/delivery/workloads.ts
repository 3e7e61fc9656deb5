/** Workloads: what runs on an allocation. */
import { assert } from '../../kernel/index.ts'
import { type CommandOf, type WorkloadStatus } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { DeliveryWorld } from './delivery.ts'
import { WORKLOAD_ENDED, type AllocationRow, type LeaseRow, type WorkloadRow } from './rows.ts'

const ORDER: readonly WorkloadStatus[] = ['queued', 'provisioning', 'running', 'terminating']

/** May a workload go from one status to another? Forward only; an ended one stays (rule DLV-022). */
export function mayBecome(from: WorkloadStatus, to: WorkloadStatus): boolean {
  if (WORKLOAD_ENDED.has(from)) return false
  if (WORKLOAD_ENDED.has(to)) return true
  return ORDER.indexOf(to) > ORDER.indexOf(from)
}

/** Adds a workload to an open allocation; it runs on the node of the first lease. */
export function queueWorkload(
  x: DeliveryWorld,
  ctx: Context,
  allocation: AllocationRow,
  ref: { readonly specDigest: string; readonly closeAllocation: boolean },
): WorkloadRow {
  const [first] = allocation.leases
  assert(first !== undefined, 'an allocation has a lease')
  const row: WorkloadRow = {
    workload: x.counters.next('workload'),
    allocation: allocation.allocation,
    account: allocation.account,
    node: x.delivery.leases.must(first).node,
    specDigest: ref.specDigest,
    closeAllocation: ref.closeAllocation,
    status: 'queued',
    exitCode: null,
    end: null,
    logDigest: null,
    outputDigest: null,
    queuedAtUs: ctx.timeUs,
    startedAtUs: null,
    endedAtUs: null,
    stopRequested: null,
  }
  x.delivery.workloads.insert(row)
  allocation.addWorkload(row.workload)
  const { workload, account, node, specDigest, closeAllocation } = row
  ctx.emit({
    kind: 'WorkloadQueued',
    workload,
    allocation: row.allocation,
    account,
    node,
    specDigest,
    closeAllocation,
  })
  return row
}

/** The daemon's word on a workload; the caller has checked the step. */
export function changeWorkload(
  ctx: Context,
  row: WorkloadRow,
  report: Omit<CommandOf<'ReportWorkload'>, 'kind' | 'workload'>,
): void {
  row.status = report.status
  row.exitCode = report.exitCode ?? row.exitCode
  row.end = report.end ?? row.end
  row.logDigest = report.logDigest ?? row.logDigest
  row.outputDigest = report.outputDigest ?? row.outputDigest
  if (report.status === 'running') row.startedAtUs = ctx.timeUs
  if (WORKLOAD_ENDED.has(row.status)) row.endedAtUs = ctx.timeUs
  const { workload, status, exitCode, end, logDigest, outputDigest } = row
  ctx.emit({ kind: 'WorkloadChanged', workload, status, exitCode, end, logDigest, outputDigest })
}

/** The buyer asks for an end; a second wish with less grace replaces the first. */
export function requestStop(ctx: Context, row: WorkloadRow, graceSeconds: number): void {
  row.stopRequested = graceSeconds
  ctx.emit({ kind: 'WorkloadStopRequested', workload: row.workload, graceSeconds })
}

/** Nothing runs on a settled lease: what has not ended by its own report ends now. */
export function endWorkloads(x: DeliveryWorld, ctx: Context, lease: LeaseRow): void {
  const { workloads } = x.delivery.allocations.must(lease.allocation)
  for (const id of workloads) {
    const row = x.delivery.workloads.must(id)
    if (row.node !== lease.node || WORKLOAD_ENDED.has(row.status)) continue
    const nothing = { exitCode: null, logDigest: null, outputDigest: null }
    changeWorkload(ctx, row, { ...nothing, status: 'terminated', end: 'LEASE_CLOSED' })
  }
}
