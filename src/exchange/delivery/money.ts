/** Money of a lease: escrow in, accrual to the seller, the rest back (BLUEPRINT section 4). */
import { due, feeDue, maxBig, minBig, US_PER_SECOND } from '../../kernel/index.ts'
import { CHART, LIMITS } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { DeliveryWorld } from './delivery.ts'
import type { EarningRow, LeaseRow } from './rows.ts'

/** Whole seconds of the lease clock at `timeUs`: from ready, stopped by the close and by the funding. */
export function clockSeconds(lease: LeaseRow, timeUs: number): number {
  if (lease.readyAtUs === null) return 0
  const stopUs = lease.closedAtUs ?? timeUs
  const elapsed = Math.floor((stopUs - lease.readyAtUs) / US_PER_SECOND)
  return Math.max(0, Math.min(elapsed, lease.fundedSeconds))
}

/** Seconds that may be billed now: min(lease clock, contiguous meter coverage) (rule DLV-011). */
export function acceptedSeconds(lease: LeaseRow, timeUs: number): number {
  const covered = lease.coveredSeconds - lease.discountSeconds
  return Math.min(clockSeconds(lease, timeUs), covered)
}

/** Seconds that a buyer pays who gives back before ready, or whose image is bad (rule DLV-014). */
export function minimumSeconds(lease: LeaseRow): number {
  if (lease.readyAtUs !== null) return 0
  if (lease.end !== 'BUYER_CLOSED' && lease.end !== 'BUYER_IMAGE') return 0
  return Math.min(LIMITS.minimumBillSeconds, lease.fundedSeconds)
}

/** Moves what is due by now to the seller and the operator. Never more than due (rule DLV-012). */
export function accrue(x: DeliveryWorld, ctx: Context, lease: LeaseRow): void {
  const seconds = Math.max(acceptedSeconds(lease, ctx.timeUs), minimumSeconds(lease))
  const { priceMicroPerHour, units } = lease
  const billed = minBig(due({ priceMicroPerHour, units, seconds }), lease.principalMicro)
  const moreBilled = maxBig(billed - lease.billedMicro, 0n)
  const buyerFee = feeDue({
    billedMicro: billed,
    feePpm: lease.buyerFeePpm,
    feeEscrowMicro: lease.feeEscrowMicro,
  })
  const moreBuyerFee = maxBig(buyerFee - lease.buyerFeeMicro, 0n)
  const sellerFee = feeDue({ billedMicro: billed, feePpm: lease.sellerFeePpm })
  const moreSellerFee = minBig(maxBig(sellerFee - lease.sellerFeeMicro, 0n), moreBilled)
  if (moreBilled === 0n && moreBuyerFee === 0n) return
  lease.billedMicro += moreBilled
  lease.buyerFeeMicro += moreBuyerFee
  lease.sellerFeeMicro += moreSellerFee
  const earned = moreBilled - moreSellerFee
  x.ledger.post(ctx, {
    rule: 'DLV-012',
    subject: lease.lease,
    postings: [
      { code: CHART.LEASE_ESCROW, owner: lease.lease, amountMicro: moreBilled },
      { code: CHART.FEE_ESCROW, owner: lease.lease, amountMicro: moreBuyerFee },
      { code: CHART.EARNED, owner: lease.sellAccount, amountMicro: -earned },
      { code: CHART.COMMISSION, owner: 0, amountMicro: -moreSellerFee },
      { code: CHART.FEES, owner: 0, amountMicro: -moreBuyerFee },
    ],
  })
  x.budgets.spend(pathOf(lease), Number(moreBilled + moreBuyerFee), ctx.timeUs)
  rest(x, ctx, lease.sellAccount, earned)
  ctx.emit({
    kind: 'LeaseBilled',
    lease: lease.lease,
    acceptedSeconds: seconds,
    billedMicro: lease.billedMicro,
    buyerFeeMicro: lease.buyerFeeMicro,
    sellerFeeMicro: lease.sellerFeeMicro,
  })
}

/** Puts more of the buyer's free money in escrow; the caller has checked that it is there. */
export function escrow(
  x: DeliveryWorld,
  ctx: Context,
  lease: LeaseRow,
  amount: { principalMicro: bigint; feeMicro: bigint },
): void {
  const total = amount.principalMicro + amount.feeMicro
  x.ledger.post(ctx, {
    rule: 'DLV-016',
    subject: lease.lease,
    postings: [
      { code: CHART.AVAILABLE, owner: lease.buyAccount, amountMicro: total },
      { code: CHART.LEASE_ESCROW, owner: lease.lease, amountMicro: -amount.principalMicro },
      { code: CHART.FEE_ESCROW, owner: lease.lease, amountMicro: -amount.feeMicro },
    ],
  })
  x.budgets.commit(pathOf(lease), Number(total))
  lease.principalMicro += amount.principalMicro
  lease.feeEscrowMicro += amount.feeMicro
}

/** Final bill: accrues, then returns the rest of the escrow to the buyer (rule DLV-013). */
export function settleMoney(x: DeliveryWorld, ctx: Context, lease: LeaseRow): void {
  accrue(x, ctx, lease)
  const principal = lease.principalMicro - lease.billedMicro
  const fee = lease.feeEscrowMicro - lease.buyerFeeMicro
  x.ledger.post(ctx, {
    rule: 'DLV-013',
    subject: lease.lease,
    postings: [
      { code: CHART.LEASE_ESCROW, owner: lease.lease, amountMicro: principal },
      { code: CHART.FEE_ESCROW, owner: lease.lease, amountMicro: fee },
      { code: CHART.AVAILABLE, owner: lease.buyAccount, amountMicro: -(principal + fee) },
    ],
  })
  x.budgets.release(pathOf(lease), Number(principal + fee))
  lease.settledAtUs = ctx.timeUs
  ctx.emit({
    kind: 'LeaseSettled',
    lease: lease.lease,
    acceptedSeconds: Math.max(acceptedSeconds(lease, ctx.timeUs), minimumSeconds(lease)),
    billedMicro: lease.billedMicro,
    buyerFeeMicro: lease.buyerFeeMicro,
    sellerFeeMicro: lease.sellerFeeMicro,
    returnedMicro: principal + fee,
    cpuUs: lease.cpuUs,
    memoryPeakMib: lease.memoryPeakMib,
  })
}

/** Earnings rest for the venue's retention time before they can be used (rule DLV-015). */
function rest(x: DeliveryWorld, ctx: Context, account: number, amountMicro: bigint): void {
  if (amountMicro === 0n) return
  const seconds = x.venue.row.retentionSeconds
  const releaseAtUs = ctx.timeUs + seconds * US_PER_SECOND
  const row = { id: x.counters.next('earning'), account, amountMicro, releaseAtUs }
  if (seconds === 0) {
    releaseEarning(x, ctx, row)
    return
  }
  x.delivery.earnings.insert(row)
  x.timers.schedule(releaseAtUs, 'retention', row.id)
}

/** The retention time of an earning is over: it becomes free money of the seller. */
export function releaseEarning(x: DeliveryWorld, ctx: Context, row: EarningRow): void {
  x.delivery.earnings.delete(row.id)
  x.ledger.move(ctx, {
    rule: 'DLV-015',
    subject: row.id,
    from: { code: CHART.EARNED, owner: row.account },
    to: { code: CHART.AVAILABLE, owner: row.account },
    amountMicro: row.amountMicro,
  })
  ctx.emit({ kind: 'EarningsReleased', account: row.account, amountMicro: row.amountMicro })
}

export function pathOf(lease: LeaseRow): { account: number; key: number } {
  return { account: lease.buyAccount, key: lease.buyKey }
}
