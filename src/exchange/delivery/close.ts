/** Every way in which leases end: the clock stops, money settles, capacity comes back. */
import { US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS, leaseFault, type LeaseEnd } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { DeliveryWorld } from './delivery.ts'
import { clockSeconds, settleMoney } from './money.ts'
import type { AllocationRow, LeaseRow } from './rows.ts'
import { endWorkloads } from './workloads.ts'

/** Closes all leases of an allocation as one (rule DLV-019). A closed allocation stays as it is. */
export function closeAllocation(
  x: DeliveryWorld,
  ctx: Context,
  allocation: AllocationRow,
  end: LeaseEnd,
  detail = '',
): void {
  if (allocation.closed) return
  allocation.closed = true
  for (const lease of x.delivery.leasesOf(allocation)) closeLease(x, ctx, lease, end, detail)
  ctx.emit({ kind: 'AllocationClosed', allocation: allocation.allocation })
}

function closeLease(
  x: DeliveryWorld,
  ctx: Context,
  lease: LeaseRow,
  end: LeaseEnd,
  detail: string,
): void {
  for (const timer of [lease.startTimer, lease.renewalTimer, lease.accrualTimer, lease.endTimer]) {
    x.timers.cancel(timer)
  }
  lease.clockSeconds = clockSeconds(lease, ctx.timeUs)
  lease.closedAtUs = ctx.timeUs
  lease.status = 'closed'
  lease.end = end
  lease.fault = leaseFault(end)
  lease.detail = detail
  ctx.emit({
    kind: 'LeaseClosed',
    lease: lease.lease,
    end,
    fault: lease.fault,
    detail,
    clockSeconds: lease.clockSeconds,
  })
  // Without a clock there is no meter to wait for. The machine still has to say that nothing runs.
  if (lease.readyAtUs === null) settleMoney(x, ctx, lease)
  // A machine that was silent until its deadline is not waited for to say that nothing runs.
  if (end === 'START_TIMEOUT') endWorkloads(x, ctx, lease)
  const deadlineUs = ctx.timeUs + LIMITS.settleSeconds * US_PER_SECOND
  lease.settleTimer = x.timers.schedule(deadlineUs, 'settle_deadline', lease.lease)
}

/**
 * The daemon's last reading is in, or its time to send one is over: final bill, capacity free again
 * (rule DLV-013). The caller refreshes the node's offers.
 */
export function settleLease(x: DeliveryWorld, ctx: Context, lease: LeaseRow): void {
  if (lease.freedAtUs !== null && lease.settledAtUs !== null) return
  if (lease.settledAtUs === null) settleMoney(x, ctx, lease)
  freeLease(x, ctx, lease)
  x.delivery.retire(lease)
}

/** Nothing of the lease runs any more; its money may still be disputed (rule DSP-005). */
export function freeLease(x: DeliveryWorld, ctx: Context, lease: LeaseRow): void {
  if (lease.freedAtUs !== null) return
  x.timers.cancel(lease.settleTimer)
  lease.freedAtUs = ctx.timeUs
  x.capacity.removeLease(lease.lease)
  endWorkloads(x, ctx, lease)
}
