/** A final bill on which two meters do not agree: what is paid, what waits, and who decides. */
import { dueFor, encode, feeFor, sha256Hex, US_PER_SECOND } from '../../kernel/index.ts'
import {
  buyerMeterStatement,
  CHART,
  LIMITS,
  type CommandOf,
  type DecidedBy,
} from '../../messages/index.ts'
import type { Context } from '../context.ts'
import { freeLease } from '../delivery/close.ts'
import { acceptedSeconds, accrue, claimedSeconds, clockSeconds, pathOf } from '../delivery/money.ts'
import type { LeaseRow } from '../delivery/rows.ts'
import { haltedSeconds } from '../delivery/suspensions.ts'
import { isBeyondTolerance, unspokenSeconds } from '../disputes/contest.ts'
import { countedSeconds } from '../disputes/disputes.ts'
import type { DisputeRow } from '../disputes/rows.ts'
import { EntryRule } from '../ledger/tell.ts'
import { difference, minutesIn, withRange, within } from '../sla/ranges.ts'
import { settle } from './sla-credit.ts'
import { mostlyIn } from './sla-excuses.ts'
import type { Desks } from './world.ts'

const UNDISPUTED = new EntryRule('DSP-005')
const NO_HASH = '0'.repeat(64)

/** One reading of the buyer's meter; what it was silent about for too long counts as delivered. */
export function reportBuyerMeter(
  x: Desks,
  ctx: Context,
  command: CommandOf<'ReportBuyerMeter'>,
): void {
  const lease = x.delivery.leases.must(command.lease)
  const row = x.disputes.meters.get(lease.lease) ?? x.disputes.meters.insert(newMeter(lease.lease))
  const clock = clockSeconds(lease, ctx.timeUs)
  const before = countedSeconds(row)
  const saidSeconds = Math.min(command.coveredSeconds, clock)
  const heardUs = (lease.readyAtUs ?? 0) + row.heardSeconds * US_PER_SECOND
  // Its witness was halted with the rest.
  const halted = haltedSeconds(x.delivery, lease, heardUs, ctx.timeUs)
  const least = before + unspokenSeconds(clock, row.heardSeconds)
  const counted = Math.min(clock, Math.max(saidSeconds + row.grantedSeconds + halted, least))
  row.grantedSeconds = counted - saidSeconds
  row.saidSeconds = saidSeconds
  row.heardSeconds = clock
  row.readings += 1
  row.cpuUs = command.cpuUs ?? row.cpuUs
  row.evidence = command.evidence
  const { readings: reading, head: previous } = row
  const { venue } = x.venue.row
  row.head = sha256Hex(encode(buyerMeterStatement, { ...command, venue, reading, previous }))
  x.disputes.trace(row, claimedSeconds(x, lease, ctx.timeUs))
  const { cpuUs, evidence, head } = row
  const told = {
    lease: lease.lease,
    reading,
    coveredSeconds: counted,
    saidSeconds,
    heardSeconds: clock,
  }
  ctx.emit({ kind: 'BuyerMeterRead', ...told, cpuUs, evidence, head })
}

function newMeter(lease: number) {
  const counts = { readings: 0, saidSeconds: 0, grantedSeconds: 0, heardSeconds: 0, cpuUs: null }
  return { lease, ...counts, evidence: NO_HASH, head: NO_HASH, trace: [] }
}

/**
 * Opens a dispute where the buyer's meter has less than the seller claims by more than meters may
 * differ (rule DSP-005), and forgets the buyer's meter where not. True when one was opened; it may be
 * decided already.
 */
export function mayOpenDispute(x: Desks, ctx: Context, lease: LeaseRow): boolean {
  if (lease.freedAtUs !== null || !x.disputes.meters.has(lease.lease)) return false
  const sellerSeconds = claimedSeconds(x, lease, ctx.timeUs)
  const buyerSeconds = acceptedSeconds(x, lease, ctx.timeUs)
  if (!isBeyondTolerance(sellerSeconds, sellerSeconds - buyerSeconds)) {
    x.disputes.meters.delete(lease.lease)
    return false
  }
  openDispute(x, ctx, lease, { sellerSeconds, buyerSeconds })
  return true
}

function openDispute(
  x: Desks,
  ctx: Context,
  lease: LeaseRow,
  seconds: { readonly sellerSeconds: number; readonly buyerSeconds: number },
): void {
  // 1. What both count is paid, what nobody claims goes back, the rest stays where it is.
  accrue(x, ctx, lease)
  const returnedMicro = returnUnclaimed(x, ctx, lease, seconds.sellerSeconds)
  // 2. Both sides' evidence.
  const { lease: id, allocation, node, buyAccount, sellAccount, cpuUs: sellerCpuUs } = lease
  const { period: sellerPeriod, head: sellerEvidence, recent } = x.delivery.meterOf(node)
  const disputedMicro = lease.principalMicro - lease.billedMicro
  const disputedFeeMicro = lease.feeEscrowMicro - lease.buyerFeeMicro
  const deadlineUs = ctx.timeUs + LIMITS.disputeSeconds * US_PER_SECOND
  const money = { disputedMicro, disputedFeeMicro }
  const parties = { allocation, node, buyAccount, sellAccount }
  const seller = { sellerCpuUs, sellerPeriod, sellerEvidence }
  const row = x.disputes.open({
    lease: id,
    ...parties,
    ...seconds,
    ...seller,
    sellerReports: [...recent],
    ...money,
    openedAtUs: ctx.timeUs,
    deadlineUs,
    timer: 0,
    clockSeconds: clockSeconds(lease, ctx.timeUs),
    doubtedSeconds: 0,
  })
  row.timer = x.timers.schedule(deadlineUs, 'dispute_deadline', row.dispute)
  ctx.emit({
    kind: 'DisputeOpened',
    dispute: row.dispute,
    lease: id,
    ...seconds,
    sellerPeriod,
    sellerEvidence,
    buyerReading: row.buyer.readings,
    buyerEvidence: row.buyer.head,
    disputedMicro: BigInt(disputedMicro),
    disputedFeeMicro: BigInt(disputedFeeMicro),
    returnedMicro: BigInt(returnedMicro),
    deadlineUs,
  })
  // 3. The machine is free, and what others saw may decide at once.
  freeLease(x, ctx, lease)
  hearSources(x, ctx, lease)
}

/** The escrow beyond what the seller claims; how much that is. */
function returnUnclaimed(x: Desks, ctx: Context, lease: LeaseRow, sellerSeconds: number): number {
  const rate = lease.priceMicroPerHour * lease.units
  const claimed = Math.max(
    lease.billedMicro,
    Math.min(dueFor(rate, sellerSeconds), lease.principalMicro),
  )
  const fee = Math.max(
    lease.buyerFeeMicro,
    Math.min(feeFor(claimed, lease.buyerFeePpm), lease.feeEscrowMicro),
  )
  const principalMicro = lease.principalMicro - claimed
  const feeMicro = lease.feeEscrowMicro - fee
  const lines = x.ledger.newLines()
  lines.add(CHART.LEASE_ESCROW, lease.lease, principalMicro)
  lines.add(CHART.FEE_ESCROW, lease.lease, feeMicro)
  lines.add(CHART.AVAILABLE, lease.buyAccount, -(principalMicro + feeMicro))
  x.ledger.postLines(ctx, UNDISPUTED, lease.lease)
  x.budgets.release(pathOf(lease), principalMicro + feeMicro)
  lease.principalMicro = claimed
  lease.feeEscrowMicro = fee
  return principalMicro + feeMicro
}

/**
 * Others said something of a lease whose bill is disputed: with the buyer's count they may be two of
 * three (rule DSP-006).
 */
export function hearSources(x: Desks, ctx: Context, lease: LeaseRow): void {
  const row = x.disputes.ofLease(lease.lease)
  if (row === undefined || row.decision !== null) return
  row.doubtedSeconds = doubtedSeconds(x, ctx, lease)
  const left = row.sellerSeconds - row.doubtedSeconds - row.buyerSeconds
  if (isBeyondTolerance(row.sellerSeconds, left)) return
  decide(x, ctx, row, { by: 'sources', acceptedSeconds: row.buyerSeconds, reason: '' })
}

/**
 * Seconds of minutes that failed by what the prober says, or in which the exchange did not hear the
 * daemon, and that are not left out of the bill already.
 */
function doubtedSeconds(x: Desks, ctx: Context, lease: LeaseRow): number {
  const judged = x.sla.judged.get(lease.lease)
  const clock = clockSeconds(lease, ctx.timeUs)
  let minutes = judged?.prober ?? []
  for (const { fromUs, untilUs } of x.sla.silencesOf(lease.node)) {
    const silent = { fromUs, untilUs: untilUs ?? ctx.timeUs }
    minutes = withRange(minutes, mostlyIn(lease.readyAtUs ?? 0, silent))
  }
  const own = within(minutes, { from: 0, until: Math.floor(clock / 60) })
  return minutesIn(difference(own, judged?.failed ?? [])) * 60
}

/** Two persons of the operator have decided. */
export function resolveDispute(x: Desks, ctx: Context, c: CommandOf<'ResolveDispute'>): void {
  const { acceptedSeconds: seconds, reason } = c
  const row = x.disputes.disputes.must(c.dispute)
  decide(x, ctx, row, { by: 'operator', acceptedSeconds: seconds, reason })
}

/** Timer `dispute_deadline`: nobody decided, so the seller's count holds where no source doubts it. */
export function disputeOver(x: Desks, ctx: Context, id: number): void {
  const row = x.disputes.disputes.must(id)
  if (row.decision !== null) return
  const undoubted = row.sellerSeconds - row.doubtedSeconds
  const seconds = Math.max(row.buyerSeconds, undoubted)
  decide(x, ctx, row, { by: 'deadline', acceptedSeconds: seconds, reason: '' })
}

/** Money moves once: the final bill is made of the seconds that were decided. */
function decide(
  x: Desks,
  ctx: Context,
  row: DisputeRow,
  decided: { readonly by: DecidedBy; readonly acceptedSeconds: number; readonly reason: string },
): void {
  const lease = x.delivery.leases.must(row.lease)
  x.timers.cancel(row.timer)
  const { by, acceptedSeconds: seconds, reason } = decided
  const before = lease.billedMicro + lease.buyerFeeMicro
  const decision = { ...decided, paidMicro: 0, returnedMicro: 0, atUs: ctx.timeUs }
  x.disputes.decide(row, decision)
  settle(x, ctx, lease)
  decision.paidMicro = lease.billedMicro + lease.buyerFeeMicro - before
  decision.returnedMicro = row.disputedMicro + row.disputedFeeMicro - decision.paidMicro
  ctx.emit({
    kind: 'DisputeResolved',
    dispute: row.dispute,
    lease: row.lease,
    by,
    acceptedSeconds: seconds,
    paidMicro: BigInt(decision.paidMicro),
    returnedMicro: BigInt(decision.returnedMicro),
    reason,
  })
}
