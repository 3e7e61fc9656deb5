/** What a seller gives back of a lease, as far as it can. */
import { CHART } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { LeaseRow } from '../delivery/rows.ts'
import type { EntryRule } from '../ledger/tell.ts'
import type { Desks } from './world.ts'

/**
 * From what the seller earned and cannot use yet, newest first, then from its free money; what is
 * missing is a lien on what it earns next (rules SLA-009, SLA-010).
 */
export function payBack(
  x: Desks,
  ctx: Context,
  { lease, buyAccount: buyer, sellAccount: seller }: LeaseRow,
  by: EntryRule,
  micro: number,
): { readonly paid: number; readonly owed: number } {
  let left = micro
  for (const row of x.delivery.earningsOf(seller)) {
    if (left === 0) break
    const taken = Math.min(row.amountMicro, left)
    row.amountMicro -= taken
    left -= taken
  }
  const earned = micro - left
  const free = Math.min(left, Math.max(0, x.ledger.availableMicro(seller)))
  const owed = left - free
  const lines = x.ledger.newLines()
  lines.add(CHART.EARNED, seller, earned)
  lines.add(CHART.AVAILABLE, seller, free)
  lines.add(CHART.AVAILABLE, buyer, -(earned + free))
  x.ledger.postLines(ctx, by, lease)
  if (owed > 0) x.ledger.liens.open({ seller, buyer, lease, owedMicro: owed })
  return { paid: earned + free, owed }
}
