/** Leases, allocations and workloads as the API shows them. */
import { formatTime } from '../../kernel/index.ts'
import type { AllocationView, LeaseView, NoticeView, WorkloadView } from '../../messages/index.ts'
import { moneyText } from '../decimal.ts'
import type { Allocation, Lease, Workload } from '../dto/delivery.ts'
import { idOf, idOrNull } from '../id.ts'
import { CURRENCY, timeOrNull, toResources } from './common.ts'

export function toLease(view: LeaseView, symbol: string): Lease {
  return {
    id: idOf('lease', view.lease),
    allocation_id: idOf('allocation', view.allocation),
    order_id: idOf('order', view.order),
    symbol,
    node_id: idOf('node', view.node),
    buyer_account_id: idOf('account', view.buyAccount),
    seller_account_id: idOf('account', view.sellAccount),
    status: view.status,
    end: view.end,
    fault: view.fault,
    detail: view.detail,
    units: view.units,
    resources: toResources(view.resources),
    isolation: view.isolation,
    price: moneyText(view.priceMicroPerHour),
    currency: CURRENCY,
    buyer_fee_ppm: view.buyerFeePpm,
    seller_fee_ppm: view.sellerFeePpm,
    opened_at: formatTime(view.openedAtUs),
    start_deadline_at: formatTime(view.startDeadlineUs),
    ready_at: timeOrNull(view.readyAtUs),
    closed_at: timeOrNull(view.closedAtUs),
    settled_at: timeOrNull(view.settledAtUs),
    funded_seconds: view.fundedSeconds,
    covered_seconds: view.coveredSeconds,
    accepted_seconds: view.acceptedSeconds,
    billed: moneyText(view.billedMicro),
    buyer_fee: moneyText(view.buyerFeeMicro),
    seller_fee: moneyText(view.sellerFeeMicro),
    escrow: moneyText(view.escrowMicro),
    until_at: timeOrNull(view.untilUs),
    cpu_us: view.cpuUs,
    memory_peak_mib: view.memoryPeakMib,
    settlement: settlementOf(view),
    dispute_id: idOrNull('dispute', view.dispute),
    notice: view.notice === null ? null : toNotice(view.notice),
  }
}

function toNotice({ kind, reason, fromUs, endsAtUs }: NoticeView): NonNullable<Lease['notice']> {
  return { kind, reason, from_at: formatTime(fromUs), ends_at: formatTime(endsAtUs) }
}

function settlementOf({ settledAtUs, dispute }: LeaseView): Lease['settlement'] {
  if (settledAtUs !== null) return 'settled'
  return dispute === null ? 'open' : 'disputed'
}

/** `symbolOf` names an instrument by its number. */
export function toAllocation(
  view: AllocationView,
  symbolOf: (instrument: number) => string,
): Allocation {
  const sum = (part: (lease: LeaseView) => bigint): bigint =>
    view.leases.reduce((total, lease) => total + part(lease), 0n)
  const billed = sum((lease) => lease.billedMicro)
  const fee = sum((lease) => lease.buyerFeeMicro)
  return {
    id: idOf('allocation', view.allocation),
    order_id: idOf('order', view.order),
    account_id: idOf('account', view.account),
    status: view.status,
    duration_seconds: view.durationSeconds,
    replacement_price: view.replacementMicro === null ? null : moneyText(view.replacementMicro),
    suspended_at: timeOrNull(view.suspendedAtUs),
    leases: view.leases.map((lease) => toLease(lease, symbolOf(lease.instrument))),
    workload_ids: view.workloads.map((id) => idOf('workload', id)),
    billed: moneyText(billed),
    fee: moneyText(fee),
    cost: moneyText(billed + fee),
    escrow: moneyText(sum((lease) => lease.escrowMicro)),
    currency: CURRENCY,
  }
}

export function toWorkload(view: WorkloadView): Workload {
  return {
    id: idOf('workload', view.workload),
    allocation_id: idOf('allocation', view.allocation),
    account_id: idOf('account', view.account),
    node_id: idOf('node', view.node),
    spec_digest: view.specDigest,
    close_allocation: view.closeAllocation,
    status: view.status,
    exit_code: view.exitCode,
    end: view.end,
    log_digest: view.logDigest,
    output_digest: view.outputDigest,
    queued_at: formatTime(view.queuedAtUs),
    started_at: timeOrNull(view.startedAtUs),
    ended_at: timeOrNull(view.endedAtUs),
    stop_requested: view.stopRequested,
  }
}
