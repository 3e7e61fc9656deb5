/** Rows of a snapshot come into records. */
import type { AllocationRow } from './allocation-record.ts'
import type { LeaseRow } from './lease-record.ts'
import type { AllocationFields, LeaseFields } from './rows.ts'

export function loadAllocation(row: AllocationRow, from: AllocationFields): void {
  row.allocation = from.allocation
  row.order = from.order
  row.account = from.account
  row.key = from.key
  row.durationSeconds = from.durationSeconds
  row.leases = from.leases
  row.capMicro = from.capMicro
  for (const workload of from.workloads) row.addWorkload(workload)
  row.openedAtUs = from.openedAtUs
  row.closed = from.closed
  row.retiredRank = from.retiredRank
}

export function loadLease(row: LeaseRow, from: LeaseFields): void {
  row.lease = from.lease
  row.allocation = from.allocation
  row.order = from.order
  row.instrument = from.instrument
  row.node = from.node
  row.buyAccount = from.buyAccount
  row.buyKey = from.buyKey
  row.sellAccount = from.sellAccount
  row.status = from.status
  row.end = from.end
  row.fault = from.fault
  row.detail = from.detail
  row.units = from.units
  row.resources = from.resources
  row.isolation = from.isolation
  row.priceMicroPerHour = from.priceMicroPerHour
  row.buyerFeePpm = from.buyerFeePpm
  row.sellerFeePpm = from.sellerFeePpm
  row.horizonSeconds = from.horizonSeconds
  row.interruptible = from.interruptible
  row.noticeSeconds = from.noticeSeconds
  row.nonce = from.nonce
  row.opened = from.opened
  row.openedAtUs = from.openedAtUs
  row.startDeadlineUs = from.startDeadlineUs
  row.readyAtUs = from.readyAtUs
  row.closedAtUs = from.closedAtUs
  row.settledAtUs = from.settledAtUs
  row.freedAtUs = from.freedAtUs
  row.untilUs = from.untilUs
  row.fundedSeconds = from.fundedSeconds
  row.clockSeconds = from.clockSeconds
  row.coveredSeconds = from.coveredSeconds
  row.discountSeconds = from.discountSeconds
  row.believedUs = from.believedUs
  row.principalMicro = from.principalMicro
  row.feeEscrowMicro = from.feeEscrowMicro
  row.billedMicro = from.billedMicro
  row.buyerFeeMicro = from.buyerFeeMicro
  row.sellerFeeMicro = from.sellerFeeMicro
  row.cpuUs = from.cpuUs
  row.memoryPeakMib = from.memoryPeakMib
  row.startTimer = from.startTimer
  row.renewalTimer = from.renewalTimer
  row.accrualTimer = from.accrualTimer
  row.endTimer = from.endTimer
  row.settleTimer = from.settleTimer
}
