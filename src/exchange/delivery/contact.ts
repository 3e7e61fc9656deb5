/** Lost and found daemons, and the hours in which the exchange itself did not run. */
import { US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { TimerKind } from '../timers.ts'
import type { DeliveryWorld } from './delivery.ts'
import { armEnd, armRenewal, renew, suspend } from './renew.ts'
import type { LeaseRow } from './rows.ts'

/** Out of contact: funds stay held, nothing is renewed, nothing is destroyed (rule DLV-020). */
export function suspendNode(x: DeliveryWorld, ctx: Context, node: number): void {
  for (const lease of x.delivery.leasesOn(node)) {
    if (lease.status === 'delivering') suspend(x, ctx, lease)
  }
}

/** Contact again: leases deliver on and catch up with their renewals at once. */
export function resumeNode(x: DeliveryWorld, ctx: Context, node: number): void {
  for (const lease of x.delivery.leasesOn(node)) {
    if (lease.status === 'suspended') {
      lease.status = 'delivering'
      ctx.emit({ kind: 'LeaseResumed', lease: lease.lease })
    } else if (lease.status !== 'reclaiming') continue
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
    if (timer.kind === 'settle_deadline') {
      lease.settleTimer = x.timers.schedule(timer.dueUs + gapUs, timer.kind, timer.subject)
      continue
    }
    lease.startDeadlineUs = Math.min(lease.startDeadlineUs + gapUs, lease.untilUs ?? Infinity)
    lease.startTimer = x.timers.schedule(lease.startDeadlineUs, timer.kind, timer.subject)
  }
  for (const lease of x.delivery.leases.rows()) {
    if (lease.status === 'reclaiming') shiftNotice(x, lease, gapUs)
    // Those for which the command has no events are renewed by their timers, which come next.
    if (ctx.isFull) continue
    if (lease.status === 'delivering' || lease.status === 'reclaiming') renewUntilNow(x, ctx, lease)
  }
  ctx.emit({ kind: 'GapResumed', fromUs, toUs })
}

/** The buyer keeps the notice that is left, but no commitment waits for it. */
function shiftNotice(x: DeliveryWorld, lease: LeaseRow, gapUs: number): void {
  if (lease.untilUs === null) return
  const commitmentUs = x.capacity.uses.of('lease', lease.lease)?.untilUs ?? Infinity
  lease.untilUs = Math.min(lease.untilUs + gapUs, commitmentUs)
  armEnd(x, lease, x.delivery.allocations.must(lease.allocation))
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
