/** A change of an open order's units or price (rule TRD-020). */
import type { CommandOf } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import { holdCapacity } from './end.ts'
import { adjustHold } from './hold.ts'
import { attempt, type Taken } from './place.ts'
import { shrink } from './sweep.ts'
import type { OrderRow } from './rows.ts'
import type { MarketWorld } from './world.ts'

/**
 * Fewer units at the same price keep priority. More units or another price go to the back of their
 * level and may trade on the way. `units` is the new total, what is filled included.
 */
export function amend(x: MarketWorld, ctx: Context, c: CommandOf<'AmendOrder'>): Taken {
  const row = x.market.orders.must(c.order)
  const remaining = (c.units ?? row.units) - row.filledUnits
  const priceTicks = c.priceTicks ?? row.priceTicks
  const less = row.remainingUnits - remaining
  if (priceTicks === row.priceTicks && less >= 0 && !row.standing) {
    if (less > 0) shrink(x, ctx, row, less)
    else keepAsIs(ctx, row)
    return { fills: [], expired: [] }
  }
  x.market.unrest(row)
  row.units = remaining + row.filledUnits
  row.remainingUnits = remaining
  row.priceTicks = priceTicks
  adjustHold(x, ctx, row)
  holdCapacity(x, row)
  const { order } = row
  ctx.emit({ kind: 'OrderAmended', order, units: remaining, priceTicks, keptPriority: false })
  return attempt(x, ctx, row)
}

/** An amend to what the order is already changes nothing, and is told like any other. */
function keepAsIs(ctx: Context, { order, remainingUnits: units, priceTicks }: OrderRow): void {
  ctx.emit({ kind: 'OrderAmended', order, units, priceTicks, keptPriority: true })
}
