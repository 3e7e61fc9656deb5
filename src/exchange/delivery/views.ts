/** Delivery rows as queries show them. */
import type {
  AllocationView,
  AssignmentView,
  LeaseStatus,
  LeaseView,
  WorkloadView,
} from '../../messages/index.ts'
import type { DeliveryWorld } from './delivery.ts'
import { acceptedSeconds, type SecondsWorld } from './money.ts'
import { noticeOf } from './notice.ts'
import type { EndWorld } from './renew.ts'
import type { AllocationRow, LeaseRow, WorkloadRow } from './rows.ts'
import { suspendedAtUs } from './suspensions.ts'

type Views = SecondsWorld & EndWorld & Pick<DeliveryWorld, 'disputeOf'>

export function leaseView(x: Views, lease: LeaseRow, timeUs: number): LeaseView {
  const { lease: id, allocation, order, instrument, node, buyAccount, sellAccount } = lease
  const { status, end, fault, detail, units, resources, isolation } = lease
  const { buyerFeePpm, sellerFeePpm, openedAtUs, startDeadlineUs, readyAtUs, closedAtUs } = lease
  const { settledAtUs, fundedSeconds, coveredSeconds, billedMicro, buyerFeeMicro } = lease
  const { untilUs, cpuUs, memoryPeakMib } = lease
  const escrowed = lease.principalMicro + lease.feeEscrowMicro - billedMicro - buyerFeeMicro
  return {
    lease: id,
    allocation,
    order,
    instrument,
    node,
    buyAccount,
    sellAccount,
    status,
    end,
    fault,
    detail,
    units,
    resources,
    isolation,
    priceMicroPerHour: BigInt(lease.priceMicroPerHour),
    buyerFeePpm,
    sellerFeePpm,
    openedAtUs,
    startDeadlineUs,
    readyAtUs,
    closedAtUs,
    settledAtUs,
    fundedSeconds,
    coveredSeconds,
    acceptedSeconds: acceptedSeconds(x, lease, timeUs),
    billedMicro: BigInt(billedMicro),
    buyerFeeMicro: BigInt(buyerFeeMicro),
    sellerFeeMicro: BigInt(lease.sellerFeeMicro),
    escrowMicro: settledAtUs === null ? BigInt(escrowed) : 0n,
    untilUs,
    cpuUs,
    memoryPeakMib,
    dispute: x.disputeOf(id),
    notice: noticeOf(x, lease),
  }
}

export function workloadView(row: WorkloadRow): WorkloadView {
  return { ...row }
}

/** The allocation's status is that of its least advanced open lease; closed when all are. */
const ADVANCE: readonly LeaseStatus[] = [
  'matched',
  'starting',
  'suspended',
  'reclaiming',
  'delivering',
  'closed',
]

export function allocationView(x: Views, row: AllocationRow, timeUs: number): AllocationView {
  const leases = x.delivery.leasesOf(row).map((lease) => leaseView(x, lease, timeUs))
  const places = leases.map((lease) => ADVANCE.indexOf(lease.status))
  const { allocation, order, account, durationSeconds } = row
  const status = ADVANCE[Math.min(...places)] ?? 'closed'
  return {
    allocation,
    order,
    account,
    status,
    durationSeconds,
    replacementMicro: x.delivery.replacements.get(allocation)?.priceMicro ?? null,
    suspendedAtUs: suspendedAtUs(x.delivery, row),
    leases,
    workloads: row.workloads,
  }
}

/** What the node's daemon must make true: leases that run or still have to be put away. */
export function assignments(x: Views, node: number, timeUs: number): AssignmentView[] {
  const desk = x.delivery
  // Of a lease whose money is disputed nothing is left on the machine.
  const here = desk.leasesOn(node).filter((lease) => lease.freedAtUs === null)
  return here.map((lease) => {
    const allocation = desk.allocations.must(lease.allocation)
    const rows = allocation.workloads
      .map((id) => desk.workloads.must(id))
      .filter((row) => row.node === node)
    return {
      lease: leaseView(x, lease, timeUs),
      nonce: lease.nonce,
      suspended: suspendedAtUs(desk, allocation) !== null,
      workloads: rows.map(workloadView),
    }
  })
}
