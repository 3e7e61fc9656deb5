/** The provider takes its machine back: after notice, or at once where the product says so. */
import { US_PER_SECOND } from '../../kernel/index.ts'
import type { Context } from '../context.ts'
import { closeAllocation } from './close.ts'
import type { DeliveryWorld } from './delivery.ts'
import { armEnd, armRenewal } from './renew.ts'
import type { AllocationRow } from './rows.ts'

/**
 * Rule DLV-023: an interruptible lease, or one not ready yet, ends now; any other one first gets its
 * instrument's notice, in which it is delivered and paid as before.
 */
export function reclaim(
  x: DeliveryWorld,
  ctx: Context,
  allocation: AllocationRow,
  reason: 'maintenance' | 'shutdown' | 'other',
): void {
  const leases = x.delivery.leasesOf(allocation)
  if (leases.every((lease) => lease.interruptible || lease.readyAtUs === null)) {
    const end = reason === 'shutdown' ? 'PROVIDER_SHUTDOWN' : 'RECLAIMED'
    closeAllocation(x, ctx, allocation, end, reason)
    return
  }
  for (const lease of leases) {
    if (lease.status === 'reclaiming') continue
    const endsAtUs = ctx.timeUs + lease.noticeSeconds * US_PER_SECOND
    lease.status = 'reclaiming'
    lease.untilUs = Math.min(lease.untilUs ?? endsAtUs, endsAtUs)
    ctx.emit({ kind: 'LeaseReclaiming', lease: lease.lease, endsAtUs: lease.untilUs })
    armEnd(x, lease, allocation)
    armRenewal(x, ctx, lease, allocation)
  }
}
