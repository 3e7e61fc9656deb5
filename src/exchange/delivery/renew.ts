/** Start of billing, renewal from the member's balance, and the end that follows from the funding. */
import {
  affordableSeconds,
  feeFor,
  maxBig,
  minBig,
  principalFor,
  US_PER_SECOND,
} from '../../kernel/index.ts'
import { LIMITS, type LeaseEnd } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { DeliveryWorld } from './delivery.ts'
import { accrue, escrow, pathOf } from './money.ts'
import type { AllocationRow, LeaseRow } from './rows.ts'

const HOUR_US = 3_600 * US_PER_SECOND
const AHEAD_US = LIMITS.renewAheadSeconds * US_PER_SECOND

/** All leases of the allocation are open on their machines: the clock starts (rule DLV-017). */
export function startClock(x: DeliveryWorld, ctx: Context, allocation: AllocationRow): void {
  for (const lease of x.delivery.leasesOf(allocation)) {
    x.timers.cancel(lease.startTimer)
    lease.status = 'delivering'
    lease.readyAtUs = ctx.timeUs
    lease.believedUs = ctx.timeUs - LIMITS.meterAheadSeconds * US_PER_SECOND
    lease.accrualTimer = x.timers.schedule(ctx.timeUs + HOUR_US, 'accrual', lease.lease)
    ctx.emit({ kind: 'LeaseReady', lease: lease.lease, readyAtUs: ctx.timeUs })
    armEnd(x, lease, allocation)
    if (isInContact(x, lease)) armRenewal(x, ctx, lease, allocation)
    else suspend(x, ctx, lease)
  }
}

/** Nobody can say that the lease is delivered: it waits for contact (rule DLV-020). */
export function suspend(x: DeliveryWorld, ctx: Context, lease: LeaseRow): void {
  lease.status = 'suspended'
  x.timers.cancel(lease.renewalTimer)
  lease.renewalTimer = 0
  ctx.emit({ kind: 'LeaseSuspended', lease: lease.lease })
}

/** What the end of a lease depends on. */
export type EndWorld = Pick<DeliveryWorld, 'catalog' | 'delivery'>

export function isInContact(x: EndWorld, lease: LeaseRow): boolean {
  return x.catalog.mustNode(lease.node).connected
}

/** The hour is over: posts what is due and waits for the next hour. */
export function hourly(x: DeliveryWorld, ctx: Context, lease: LeaseRow): void {
  accrue(x, ctx, lease)
  lease.accrualTimer = x.timers.schedule(ctx.timeUs + HOUR_US, 'accrual', lease.lease)
}

/** Longest life of a lease in seconds from ready: its duration and the register's next commitment. */
export function longestSeconds(lease: LeaseRow, allocation: AllocationRow): number {
  const duration = allocation.durationSeconds ?? LIMITS.durationSecondsMax
  if (lease.untilUs === null || lease.readyAtUs === null) return duration
  return Math.min(duration, Math.floor((lease.untilUs - lease.readyAtUs) / US_PER_SECOND))
}

/** (Re)arms the one timer that ends the lease: funding, duration or commitment, whichever is first. */
export function armEnd(x: DeliveryWorld, lease: LeaseRow, allocation: AllocationRow): void {
  x.timers.cancel(lease.endTimer)
  if (lease.readyAtUs === null) return
  const seconds = Math.min(lease.fundedSeconds, longestSeconds(lease, allocation))
  const dueUs = lease.readyAtUs + Math.max(0, seconds) * US_PER_SECOND
  lease.endTimer = x.timers.schedule(dueUs, 'funded_end', lease.lease)
}

/** Why the longest life of a lease is over. */
export function endOfLongest(lease: LeaseRow, allocation: AllocationRow): LeaseEnd {
  if (longestSeconds(lease, allocation) === allocation.durationSeconds) return 'DURATION_REACHED'
  return lease.status === 'reclaiming' ? 'RECLAIMED' : 'COMMITMENT_REACHED'
}

/** Why a lease ends when its end timer fires. */
export function endReason(x: EndWorld, lease: LeaseRow): LeaseEnd {
  const allocation = x.delivery.allocations.must(lease.allocation)
  const longest = longestSeconds(lease, allocation)
  if (longest <= lease.fundedSeconds) return endOfLongest(lease, allocation)
  if (!isInContact(x, lease)) return 'FUNDING_UNCONFIRMED'
  return lease.detail === 'BUDGET_EXCEEDED' ? 'BUDGET_EXHAUSTED' : 'FUNDS_EXHAUSTED'
}

/** Arms the next renewal, 10 minutes before the funding ends, when the lease may live longer. */
export function armRenewal(
  x: DeliveryWorld,
  ctx: Context,
  lease: LeaseRow,
  allocation: AllocationRow,
): void {
  x.timers.cancel(lease.renewalTimer)
  lease.renewalTimer = 0
  if (lease.readyAtUs === null || lease.fundedSeconds >= longestSeconds(lease, allocation)) return
  const dueUs = lease.readyAtUs + lease.fundedSeconds * US_PER_SECOND - AHEAD_US
  lease.renewalTimer = x.timers.schedule(Math.max(dueUs, ctx.timeUs), 'renewal', lease.lease)
}

/** Takes min(horizon, affordable) seconds more, at least 60 or all that is left (rule DLV-018). */
export function renew(x: DeliveryWorld, ctx: Context, lease: LeaseRow): void {
  lease.renewalTimer = 0
  // Out of contact nobody can confirm delivery: nothing more is committed (rule DLV-020).
  if (!isInContact(x, lease) || lease.readyAtUs === null) return
  const allocation = x.delivery.allocations.must(lease.allocation)
  accrue(x, ctx, lease)
  const wanted = Math.min(
    lease.horizonSeconds,
    longestSeconds(lease, allocation) - lease.fundedSeconds,
  )
  if (wanted <= 0) return
  const { room, code } = roomFor(x, ctx, lease, allocation)
  const { units, buyerFeePpm: feePpm } = lease
  const priceMicroPerHour = BigInt(lease.priceMicroPerHour)
  const seconds = affordableSeconds({
    priceMicroPerHour,
    units,
    feePpm,
    availableMicro: room,
    maxSeconds: wanted,
  })
  if (seconds < Math.min(LIMITS.renewMinimumSeconds, wanted)) {
    lease.detail = code
    const { fundedSeconds } = lease
    ctx.emit({ kind: 'LeaseRenewalRefused', lease: lease.lease, code, fundedSeconds })
    // A deposit may still come: try again every minute until the funding ends.
    const againUs = ctx.timeUs + LIMITS.renewMinimumSeconds * US_PER_SECOND
    lease.renewalTimer = x.timers.schedule(againUs, 'renewal', lease.lease)
    return
  }
  const principalMicro = principalFor(lease.priceMicroPerHour * units, seconds)
  const feeMicro = feeFor(principalMicro, feePpm)
  escrow(x, ctx, lease, { principalMicro, feeMicro })
  lease.detail = ''
  lease.fundedSeconds += seconds
  ctx.emit({
    kind: 'LeaseRenewed',
    lease: lease.lease,
    fundedSeconds: lease.fundedSeconds,
    escrowMicro: BigInt(principalMicro + feeMicro),
  })
  armEnd(x, lease, allocation)
  armRenewal(x, ctx, lease, allocation)
}

/** How much more may be committed now, and which limit is the tight one. */
function roomFor(
  x: DeliveryWorld,
  ctx: Context,
  lease: LeaseRow,
  allocation: AllocationRow,
): { room: bigint; code: 'INSUFFICIENT_FUNDS' | 'BUDGET_EXCEEDED' } {
  const available = x.ledger.available(lease.buyAccount)
  const limits = [x.budgets.headroom(pathOf(lease), ctx.timeUs)]
  if (allocation.capMicro !== null) {
    const committed = x.delivery
      .leasesOfOrder(allocation.order)
      .reduce((sum, each) => sum + committedMicro(each), x.heldByOrder(allocation.order))
    limits.push(maxBig(allocation.capMicro - committed, 0n))
  }
  let room = available
  for (const limit of limits) if (limit !== null) room = minBig(room, limit)
  return { room, code: room < available ? 'BUDGET_EXCEEDED' : 'INSUFFICIENT_FUNDS' }
}

/** What a lease has cost or may still cost: its escrow while it runs, its bill after. */
function committedMicro(lease: LeaseRow): bigint {
  return BigInt(
    lease.settledAtUs === null
      ? lease.principalMicro + lease.feeEscrowMicro
      : lease.billedMicro + lease.buyerFeeMicro,
  )
}
