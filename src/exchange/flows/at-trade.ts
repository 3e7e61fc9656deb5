/**
 * Settlement at the trade, for a venue that delivers nothing (`settlement: 'at_trade'`): what was
 * bought is paid at once, and the seller's machine keeps the capacity as given away.
 */
import { feeFor, principalFor } from '../../kernel/index.ts'
import type { Context } from '../context.ts'
import type { Fill } from '../trading/world.ts'
import type { Desks } from './world.ts'

/** Out of the buyer's hold: the price to the seller less commission, fees to the venue, the rest back. */
export function settleAtTrade(x: Desks, ctx: Context, fills: readonly Fill[]): void {
  for (const fill of fills) {
    const { instrument, buyOrder, sellOrder, trade } = fill
    const rateMicro = fill.priceTicks * instrument.tickMicro * fill.units
    const due = principalFor(rateMicro, buyOrder.horizonSeconds)
    const principalMicro = Math.min(fill.takenPrincipalMicro, due)
    const feeMicro = Math.min(fill.takenFeeMicro, feeFor(due, fill.buyerFeePpm))
    const commissionMicro = feeFor(principalMicro, fill.sellerFeePpm)
    const takenMicro = fill.takenPrincipalMicro + fill.takenFeeMicro
    const paid = { takenMicro, principalMicro, feeMicro, commissionMicro }
    x.ledger.pay(ctx, trade, buyOrder.account, sellOrder.account, paid)
    x.budgets.settle(buyOrder, takenMicro, principalMicro + feeMicro, ctx.timeUs)
  }
}
