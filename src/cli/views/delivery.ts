import { LEASE_ENDS, WORKLOAD_ENDS } from '../../messages/index.ts'
import {
  dueNotice,
  type Allocation,
  type Lease,
  type Notice,
  type Workload,
} from '../../wire/index.ts'
import type { Cli } from '../cli.ts'
import type { ListView } from '../output/print.ts'
import { bundle, money, span, stateOf, when, whyOf, word } from '../output/values.ts'
import { costOf } from '../run/cost.ts'

/** A workload with the cost of its allocation, which others may share. */
export type CostedWorkload = Workload & {
  readonly cost: string | null
  /** its allocation's final bill waits, because two meters do not agree */
  readonly disputed: boolean
  /** its allocation is suspended by its buyer */
  readonly suspended: boolean
  /** what it is told of the end of its lease */
  readonly notice: Notice | null
}

export const workloadView: ListView<CostedWorkload> = {
  columns: [
    { title: 'col.id', cell: (one) => one.id },
    {
      title: 'col.status',
      cell: (one, cli) => stateOf(cli, one.status, reasonOf(one, cli)),
    },
    {
      title: 'col.exit',
      cell: (one) => (one.exit_code === null ? '-' : `${one.exit_code}`),
      right: true,
    },
    { title: 'col.node', cell: (one) => one.node_id },
    { title: 'col.started', cell: (one, cli) => when(cli, one.started_at) },
    {
      title: 'col.ran',
      cell: (one, cli) => span(cli, ranSeconds(one, cli.host.nowMs())),
      right: true,
    },
    { title: 'col.cost', cell: (one, cli) => costCell(cli, one), right: true },
    { title: 'col.allocation', cell: (one) => one.allocation_id },
    { title: 'col.why', cell: (one, cli) => whyOf(cli, one.end, WORKLOAD_ENDS), wide: true },
    { title: 'col.queued', cell: (one, cli) => when(cli, one.queued_at), wide: true },
    { title: 'col.ended', cell: (one, cli) => when(cli, one.ended_at), wide: true },
  ],
  name: (one) => one.id,
  empty: 'empty.workloads',
}

export const allocationView: ListView<Allocation> = {
  columns: [
    { title: 'col.id', cell: (one) => one.id },
    {
      title: 'col.status',
      cell: (one, cli) => stateOf(cli, one.status, endOf(one) ?? haltOf(cli, one)),
    },
    { title: 'col.symbol', cell: (one) => one.leases[0]?.symbol ?? '-' },
    { title: 'col.units', cell: (one) => `${unitsOf(one)}`, right: true },
    { title: 'col.node', cell: (one) => one.leases.map((lease) => lease.node_id).join(' ') },
    {
      title: 'col.ran',
      cell: (one, cli) => span(cli, costOf(one, cli.host.nowMs()).seconds),
      right: true,
    },
    {
      title: 'col.cost',
      cell: (one, cli) => money(costOf(one, cli.host.nowMs()).cost, one.currency),
      right: true,
    },
    { title: 'col.escrow', cell: (one) => money(one.escrow, one.currency), right: true },
    { title: 'col.settlement', cell: billOf, wide: true },
    { title: 'col.duration', cell: (one, cli) => span(cli, one.duration_seconds) },
    { title: 'col.why', cell: (one, cli) => whyOf(cli, endOf(one), LEASE_ENDS), wide: true },
    { title: 'col.workloads', cell: (one) => one.workload_ids.join(' ') || '-', wide: true },
    {
      title: 'col.leases',
      cell: (one) => one.leases.map((lease) => lease.id).join(' '),
      wide: true,
    },
    { title: 'col.order', cell: (one) => one.order_id, wide: true },
  ],
  name: (one) => one.id,
  empty: 'empty.allocations',
}

export const leaseView: ListView<Lease> = {
  columns: [
    { title: 'col.id', cell: (one) => one.id },
    {
      title: 'col.status',
      cell: (one, cli) => {
        const notice = dueNotice([one], cli.host.nowMs())
        return stateOf(cli, one.status, one.end ?? standingOf(cli, false, notice))
      },
    },
    { title: 'col.why', cell: (one, cli) => whyOf(cli, one.end, LEASE_ENDS) },
    { title: 'col.fault', cell: (one, cli) => (one.fault === null ? '-' : word(cli, one.fault)) },
    { title: 'col.symbol', cell: (one) => one.symbol },
    { title: 'col.units', cell: (one) => String(one.units), right: true },
    { title: 'col.resources', cell: (one, cli) => bundle(cli, one.resources) },
    { title: 'col.node', cell: (one) => one.node_id },
    { title: 'col.isolation', cell: (one, cli) => word(cli, one.isolation) },
    { title: 'col.priceHour', cell: (one) => money(one.price, one.currency), right: true },
    { title: 'col.opened', cell: (one, cli) => when(cli, one.opened_at) },
    { title: 'col.ready', cell: (one, cli) => when(cli, one.ready_at) },
    { title: 'col.ended', cell: (one, cli) => when(cli, one.closed_at) },
    { title: 'col.ran', cell: (one, cli) => span(cli, one.accepted_seconds), right: true },
    { title: 'col.billed', cell: (one) => money(one.billed, one.currency), right: true },
    { title: 'col.fee', cell: (one) => money(one.buyer_fee, one.currency), right: true },
    { title: 'col.settled', cell: (one, cli) => when(cli, one.settled_at) },
    { title: 'col.settlement', cell: settlementOf },
    { title: 'col.allocation', cell: (one) => one.allocation_id },
    { title: 'col.order', cell: (one) => one.order_id },
  ],
  name: (one) => one.id,
  empty: 'empty.allocations',
}

function ranSeconds(workload: Workload, nowMs: number): number | null {
  if (workload.started_at === null) return null
  const endMs = workload.ended_at === null ? nowMs : Date.parse(workload.ended_at)
  return Math.max(0, Math.round((endMs - Date.parse(workload.started_at)) / 1_000))
}

function reasonOf({ status, end, suspended, notice }: CostedWorkload, cli: Cli): string | null {
  if (end !== null) return end === 'EXITED' ? null : end
  return status === 'running' ? standingOf(cli, suspended, notice) : null
}

function haltOf(cli: Cli, allocation: Allocation): string | null {
  const nowMs = cli.host.nowMs()
  return standingOf(cli, allocation.suspended_at !== null, dueNotice(allocation.leases, nowMs))
}

function standingOf(cli: Cli, suspended: boolean, notice: Notice | null): string | null {
  const parts = suspended ? [word(cli, 'suspended')] : []
  if (notice !== null) {
    const seconds = Math.round((Date.parse(notice.ends_at) - cli.host.nowMs()) / 1_000)
    parts.push(cli.say(`notice.${notice.kind}`, { time: span(cli, Math.max(0, seconds)) }))
  }
  return parts.length === 0 ? null : parts.join(', ')
}

function endOf(allocation: Allocation): Lease['end'] {
  return allocation.leases.find((lease) => lease.end !== null)?.end ?? null
}

function unitsOf(allocation: Allocation): number {
  return allocation.leases.reduce((sum, lease) => sum + lease.units, 0)
}

/** Of a disputed bill also which dispute. */
function settlementOf({ settlement, dispute_id: dispute }: Lease, cli: Cli): string {
  return stateOf(cli, settlement === 'open' ? 'unbilled' : settlement, dispute)
}
function billOf({ leases }: Allocation, cli: Cli): string {
  return leases.map((lease) => settlementOf(lease, cli)).join(' ')
}

/** A workload with what its allocation says; that may be unknown when the workload has just begun. */
export function costed(
  workload: Workload,
  allocation: Allocation | undefined,
  nowMs: number,
): CostedWorkload {
  if (allocation === undefined)
    return { ...workload, cost: null, disputed: false, suspended: false, notice: null }
  return {
    ...workload,
    cost: costOf(allocation, nowMs).cost,
    disputed: allocation.leases.some((lease) => lease.settlement === 'disputed'),
    suspended: allocation.suspended_at !== null,
    notice: dueNotice(allocation.leases, nowMs),
  }
}

function costCell(cli: Cli, { cost, disputed }: CostedWorkload): string {
  if (cost === null) return '-'
  return disputed ? `${money(cost)} (${word(cli, 'disputed')})` : money(cost)
}
