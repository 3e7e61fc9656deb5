/** Money of a lease: escrow in, accrual to the seller, the rest back (BLUEPRINT section 4). */
import { ceilDiv, dueFor, feeFor, US_PER_SECOND } from '../../kernel/index.ts'
import { CHART, LIMITS } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import { EntryRule } from '../ledger/tell.ts'
import type { DeliveryWorld } from './delivery.ts'
import type { EarningRow, LeaseRow } from './rows.ts'

const BILLED = new EntryRule('DLV-012')
const SETTLED = new EntryRule('DLV-013')
const RELEASED = new EntryRule('DLV-015')
const RENEWED = new EntryRule('DLV-016')
const LIEN_PAID = new EntryRule('SLA-010')

/** Whole seconds of the lease clock at `timeUs`: from ready, stopped by the close and by the funding. */
export function clockSeconds(lease: LeaseRow, timeUs: number): number {
  if (lease.readyAtUs === null) return 0
  const stopUs = lease.closedAtUs ?? timeUs
  const elapsed = Math.floor((stopUs - lease.readyAtUs) / US_PER_SECOND)
  return Math.max(0, Math.min(elapsed, lease.fundedSeconds))
}

/** What other desks know of the seconds of a lease. */
export type SecondsWorld = Pick<DeliveryWorld, 'unchargedSeconds' | 'contestedSeconds'>

/**
 * Seconds that may be billed now: those that the seller claims, without those that the buyer's meter
 * does not have (rule DSP-004), as far as they are not billed yet.
 */
export function acceptedSeconds(x: SecondsWorld, lease: LeaseRow, timeUs: number): number {
  const claimed = claimedSeconds(x, lease, timeUs)
  if (lease.settledAtUs !== null) return claimed
  const contested = x.contestedSeconds(lease, claimed, clockSeconds(lease, timeUs))
  if (contested === 0) return claimed
  return Math.max(claimed - contested, Math.min(claimed, billedSeconds(lease)))
}

/**
 * Seconds that the seller claims: min(lease clock, contiguous meter coverage) (rule DLV-011), without
 * those that two sources say were not delivered, as far as they are not billed yet (rule SLA-008).
 */
export function claimedSeconds(
  x: Pick<DeliveryWorld, 'unchargedSeconds'>,
  lease: LeaseRow,
  timeUs: number,
): number {
  const covered = lease.coveredSeconds - lease.discountSeconds
  const clock = clockSeconds(lease, timeUs)
  // What was left out of the final bill is part of the discount.
  if (lease.settledAtUs !== null) return Math.min(clock, covered)
  const failed = x.unchargedSeconds(lease.lease)
  if (failed === 0) return Math.min(clock, covered)
  const open = Math.max(0, clock - billedSeconds(lease))
  return Math.min(clock - Math.min(failed, open), covered)
}

/** The fewest seconds that are billed as so much. */
function billedSeconds({ billedMicro, priceMicroPerHour, units }: LeaseRow): number {
  const rate = priceMicroPerHour * units
  return rate === 0 ? 0 : Number(ceilDiv(BigInt(billedMicro) * 3_600n, BigInt(rate)))
}

/** Seconds that a buyer pays who gives back before ready, or whose image is bad (rule DLV-014). */
export function minimumSeconds(lease: LeaseRow): number {
  if (lease.readyAtUs !== null) return 0
  if (lease.end !== 'BUYER_CLOSED' && lease.end !== 'BUYER_IMAGE') return 0
  return Math.min(LIMITS.minimumBillSeconds, lease.fundedSeconds)
}

/** Moves what is due by now to the seller and the operator. Never more than due (rule DLV-012). */
export function accrue(x: DeliveryWorld, ctx: Context, lease: LeaseRow): void {
  const seconds = Math.max(acceptedSeconds(x, lease, ctx.timeUs), minimumSeconds(lease))
  const { lease: subject, sellAccount, principalMicro } = lease
  const billed = Math.min(dueFor(lease.priceMicroPerHour * lease.units, seconds), principalMicro)
  const moreBilled = Math.max(billed - lease.billedMicro, 0)
  const buyerFee = Math.min(feeFor(billed, lease.buyerFeePpm), lease.feeEscrowMicro)
  const moreBuyerFee = Math.max(buyerFee - lease.buyerFeeMicro, 0)
  const sellerFee = feeFor(billed, lease.sellerFeePpm)
  const moreSellerFee = Math.min(Math.max(sellerFee - lease.sellerFeeMicro, 0), moreBilled)
  if (moreBilled === 0 && moreBuyerFee === 0) return
  lease.billedMicro += moreBilled
  lease.buyerFeeMicro += moreBuyerFee
  lease.sellerFeeMicro += moreSellerFee
  const earned = moreBilled - moreSellerFee
  const lines = x.ledger.newLines()
  lines.add(CHART.LEASE_ESCROW, subject, moreBilled)
  lines.add(CHART.FEE_ESCROW, subject, moreBuyerFee)
  lines.add(CHART.EARNED, sellAccount, -earned)
  lines.add(CHART.COMMISSION, 0, -moreSellerFee)
  lines.add(CHART.FEES, 0, -moreBuyerFee)
  x.ledger.postLines(ctx, BILLED, subject)
  x.budgets.spend(pathOf(lease), moreBilled + moreBuyerFee, ctx.timeUs)
  rest(x, ctx, sellAccount, earned)
  ctx.emit({
    kind: 'LeaseBilled',
    lease: subject,
    acceptedSeconds: seconds,
    billedMicro: BigInt(lease.billedMicro),
    buyerFeeMicro: BigInt(lease.buyerFeeMicro),
    sellerFeeMicro: BigInt(lease.sellerFeeMicro),
  })
}

/** Puts more of the buyer's free money in escrow; the caller has checked that it is there. */
export function escrow(
  x: DeliveryWorld,
  ctx: Context,
  lease: LeaseRow,
  amount: { readonly principalMicro: number; readonly feeMicro: number },
): void {
  const { principalMicro, feeMicro } = amount
  const subject = lease.lease
  const lines = x.ledger.newLines()
  lines.add(CHART.AVAILABLE, lease.buyAccount, principalMicro + feeMicro)
  lines.add(CHART.LEASE_ESCROW, subject, -principalMicro)
  lines.add(CHART.FEE_ESCROW, subject, -feeMicro)
  x.ledger.postLines(ctx, RENEWED, subject)
  x.budgets.commit(pathOf(lease), principalMicro + feeMicro)
  lease.principalMicro += principalMicro
  lease.feeEscrowMicro += feeMicro
}

/** Final bill: accrues, then returns the rest of the escrow to the buyer (rule DLV-013). */
export function settleMoney(x: DeliveryWorld, ctx: Context, lease: LeaseRow): void {
  accrue(x, ctx, lease)
  const accepted = acceptedSeconds(x, lease, ctx.timeUs)
  const principal = lease.principalMicro - lease.billedMicro
  const fee = lease.feeEscrowMicro - lease.buyerFeeMicro
  const subject = lease.lease
  const lines = x.ledger.newLines()
  lines.add(CHART.LEASE_ESCROW, subject, principal)
  lines.add(CHART.FEE_ESCROW, subject, fee)
  lines.add(CHART.AVAILABLE, lease.buyAccount, -(principal + fee))
  x.ledger.postLines(ctx, SETTLED, subject)
  x.budgets.release(pathOf(lease), principal + fee)
  if (accepted < Math.min(clockSeconds(lease, ctx.timeUs), lease.coveredSeconds)) {
    lease.discountSeconds = lease.coveredSeconds - accepted
  }
  lease.settledAtUs = ctx.timeUs
  ctx.emit({
    kind: 'LeaseSettled',
    lease: lease.lease,
    acceptedSeconds: Math.max(accepted, minimumSeconds(lease)),
    billedMicro: BigInt(lease.billedMicro),
    buyerFeeMicro: BigInt(lease.buyerFeeMicro),
    sellerFeeMicro: BigInt(lease.sellerFeeMicro),
    returnedMicro: BigInt(principal + fee),
    cpuUs: lease.cpuUs,
    memoryPeakMib: lease.memoryPeakMib,
  })
}

/** Earnings rest for the venue's retention time before they can be used (rule DLV-015). */
function rest(x: DeliveryWorld, ctx: Context, account: number, amountMicro: number): void {
  const ownMicro = amountMicro - payLiens(x, ctx, account, amountMicro)
  if (ownMicro === 0) return
  const seconds = x.venue.row.retentionSeconds
  const id = x.counters.next('earning')
  if (seconds === 0) {
    release(x, ctx, id, account, ownMicro)
    return
  }
  const releaseAtUs = ctx.timeUs + seconds * US_PER_SECOND
  x.delivery.addEarning({ id, account, amountMicro: ownMicro, releaseAtUs })
  x.timers.schedule(releaseAtUs, 'retention', id)
}

/** The retention time of an earning is over: it becomes free money of the seller. */
export function releaseEarning(x: DeliveryWorld, ctx: Context, row: EarningRow): void {
  x.delivery.dropEarning(row)
  // All of it may have gone to buyers.
  if (row.amountMicro > 0) release(x, ctx, row.id, row.account, row.amountMicro)
}

/** What the seller still owes buyers comes first (rule SLA-010). How much of the amount that took. */
function payLiens(x: DeliveryWorld, ctx: Context, seller: number, amountMicro: number): number {
  let left = amountMicro
  for (const row of x.ledger.liens.of(seller)) {
    const paid = Math.min(row.owedMicro, left)
    if (paid === 0) break
    const { lien, buyer, lease } = row
    const lines = x.ledger.newLines()
    lines.add(CHART.EARNED, seller, paid)
    lines.add(CHART.AVAILABLE, buyer, -paid)
    x.ledger.postLines(ctx, LIEN_PAID, lease)
    x.ledger.liens.paid(row, paid)
    left -= paid
    const owedMicro = BigInt(row.owedMicro)
    ctx.emit({ kind: 'LienPaid', lien, lease, seller, paidMicro: BigInt(paid), owedMicro })
  }
  return amountMicro - left
}

function release(
  x: DeliveryWorld,
  ctx: Context,
  subject: number,
  account: number,
  amountMicro: number,
): void {
  const lines = x.ledger.newLines()
  lines.add(CHART.EARNED, account, amountMicro)
  lines.add(CHART.AVAILABLE, account, -amountMicro)
  x.ledger.postLines(ctx, RELEASED, subject)
  ctx.emit({ kind: 'EarningsReleased', account, amountMicro: BigInt(amountMicro) })
}

export function pathOf(lease: LeaseRow): { account: number; key: number } {
  return { account: lease.buyAccount, key: lease.buyKey }
}
