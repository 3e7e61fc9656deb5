/** Lost and found daemons, and the hours in which the exchange itself did not run. */
import { US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { TimerKind } from '../timers.ts'
import type { DeliveryWorld } from './delivery.ts'
import { armRenewal, renew } from './renew.ts'
import type { LeaseRow } from './rows.ts'

/** Out of contact: funds stay held, nothing is renewed, nothing is destroyed (rule DLV-020). */
export function suspendNode(x: DeliveryWorld, ctx: Context, node: number): void {
  for (const lease of x.delivery.leasesOn(node)) {
    if (lease.status !== 'delivering') continue
    lease.status = 'suspended'
    x.timers.cancel(lease.renewalTimer)
    lease.renewalTimer = 0
    ctx.emit({ kind: 'LeaseSuspended', lease: lease.lease })
  }
}

/** Contact again: leases deliver on and catch up with their renewals at once. */
export function resumeNode(x: DeliveryWorld, ctx: Context, node: number): void {
  for (const lease of x.delivery.leasesOn(node)) {
    if (lease.status !== 'suspended') continue
    lease.status = 'delivering'
    ctx.emit({ kind: 'LeaseResumed', lease: lease.lease })
    armRenewal(x, ctx, lease, x.delivery.allocations.must(lease.allocation))
  }
}

/** Deadlines by which the other party must act: they do not run while the exchange is away. */
const SHIFTED: ReadonlySet<TimerKind> = new Set(['start_deadline', 'settle_deadline'])

/** Rule ENG-010: shifts deadlines by the gap and renews leases before anything expires. */
export function resumeAfterGap(x: DeliveryWorld, ctx: Context, fromUs: number, toUs: number): void {
  const gapUs = Math.max(0, toUs - fromUs)
  for (const timer of x.timers.armed(SHIFTED)) {
    x.timers.cancel(timer.id)
    const lease = x.delivery.leases.must(timer.subject)
    const again = x.timers.schedule(timer.dueUs + gapUs, timer.kind, timer.subject)
    if (timer.kind === 'settle_deadline') lease.settleTimer = again
    else {
      lease.startTimer = again
      lease.startDeadlineUs += gapUs
    }
  }
  for (const lease of x.delivery.leases.values()) {
    if (lease.status === 'reclaiming' && lease.untilUs !== null) lease.untilUs += gapUs
    if (lease.status === 'delivering' || lease.status === 'reclaiming') renewUntilNow(x, ctx, lease)
  }
  ctx.emit({ kind: 'GapResumed', fromUs, toUs })
}

/** Renews until the funding reaches past now, or cannot be had; not where the renewal is held. */
function renewUntilNow(x: DeliveryWorld, ctx: Context, lease: LeaseRow): void {
  if (x.timers.isHeld(lease.renewalTimer)) return
  const aheadUs = LIMITS.renewAheadSeconds * US_PER_SECOND
  for (;;) {
    const fundedUs = (lease.readyAtUs ?? ctx.timeUs) + lease.fundedSeconds * US_PER_SECOND
    if (fundedUs - aheadUs > ctx.timeUs) return
    const before = lease.fundedSeconds
    x.timers.cancel(lease.renewalTimer)
    renew(x, ctx, lease)
    if (lease.fundedSeconds === before) return
  }
}
