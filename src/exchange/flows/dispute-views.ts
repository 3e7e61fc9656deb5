/** Meters that disagree as queries show them. */
import type { BuyerMeterView, DisputeView, Queries } from '../../messages/index.ts'
import { countedSeconds } from '../disputes/disputes.ts'
import type { BuyerMeterRow, DisputeRow } from '../disputes/rows.ts'
import type { Desks } from './world.ts'

export function buyerMeterView(row: BuyerMeterRow): BuyerMeterView {
  const { lease, readings, saidSeconds, heardSeconds, cpuUs, evidence, head } = row
  const coveredSeconds = countedSeconds(row)
  return { lease, readings, coveredSeconds, saidSeconds, heardSeconds, cpuUs, evidence, head }
}

export function disputeView(row: DisputeRow): DisputeView {
  const { dispute, lease, allocation, node, buyAccount, sellAccount, decision } = row
  const { openedAtUs, deadlineUs, clockSeconds, doubtedSeconds } = row
  return {
    dispute,
    lease,
    allocation,
    node,
    buyAccount,
    sellAccount,
    openedAtUs,
    deadlineUs,
    clockSeconds,
    seller: {
      seconds: row.sellerSeconds,
      cpuUs: row.sellerCpuUs,
      period: row.sellerPeriod,
      evidence: row.sellerEvidence,
      reports: row.sellerReports,
    },
    buyer: { ...buyerMeterView(row.buyer), seconds: row.buyerSeconds },
    trace: row.buyer.trace,
    disputedMicro: BigInt(row.disputedMicro),
    disputedFeeMicro: BigInt(row.disputedFeeMicro),
    doubtedSeconds,
    decision:
      decision === null
        ? null
        : {
            ...decision,
            paidMicro: BigInt(decision.paidMicro),
            returnedMicro: BigInt(decision.returnedMicro),
          },
  }
}

/** Newest first: those of an account, or everybody's. */
export function disputesOf(x: Desks, args: Queries['disputes']['args']): DisputeView[] {
  const { account, side, open, before, limit } = args
  const isOf = (row: DisputeRow): boolean =>
    account === null ||
    (side !== 'sell' && row.buyAccount === account) ||
    (side !== 'buy' && row.sellAccount === account)
  const found: DisputeView[] = []
  for (const row of x.disputes.disputes.rows().toReversed()) {
    const isWanted = open === null || open === (row.decision === null)
    if (!isOf(row) || !isWanted || (before !== null && row.dispute >= before)) continue
    found.push(disputeView(row))
    if (found.length === limit) break
  }
  return found
}
