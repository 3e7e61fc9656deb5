/** Every way in which an order leaves. */
import type { OrderEnd, OrderStatus } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import { releaseHold } from './hold.ts'
import { ORDER_WORDS } from './order-cells.ts'
import * as At from './order-record.ts'
import type { OrderRow } from './rows.ts'
import { putEnded, tellEnded } from './tell.ts'
import type { MarketWorld } from './world.ts'

/**
 * Ends an open order with a reason: out of the book, money and capacity back. `detail` names the
 * dimension that failed.
 */
export function endOrder(
  x: MarketWorld,
  ctx: Context,
  row: OrderRow,
  end: OrderEnd,
  detail: string | null = null,
): void {
  const { words } = x.market.orders.cells
  const at = row.handle * ORDER_WORDS + At.FLAGS
  const status = end === 'EXPIRED' ? At.IS_EXPIRED : At.IS_CANCELLED
  words[at] = (words[at]! & ~(At.ANY_STATUS | At.ANY_END)) | status | At.ENDED[end]
  row.detail = detail
  x.market.unrest(row)
  close(x, ctx, row)
  tellEnded(ctx, row, end, detail)
}

/** The same for an order without anything rare; `ended` is its status and end as they lie in the flags. */
export function endPlain(x: MarketWorld, ctx: Context, row: OrderRow, ended: number): void {
  const { words } = x.market.orders.cells
  const at = row.handle * ORDER_WORDS + At.FLAGS
  const flags = (words[at]! & ~(At.ANY_STATUS | At.ANY_END)) | ended
  words[at] = flags
  x.market.unrest(row)
  close(x, ctx, row)
  putEnded(ctx.bytesOfNext()!, row.order, row.remainingUnits, flags)
}

/** Counts units of an order as filled; closes it when nothing remains and it is done. */
export function statusOf(row: OrderRow): OrderStatus {
  if (row.remainingUnits === 0) return 'filled'
  return row.filledUnits > 0 ? 'partially_filled' : 'open'
}

/** The order was filled to its last unit. */
export function closeFilled(x: MarketWorld, ctx: Context, row: OrderRow): void {
  row.status = 'filled'
  row.detail = null
  x.market.unrest(row)
  close(x, ctx, row)
}

/** What a one-shot sell order still holds of its node; offers have one hold together. */
export function holdCapacity(x: MarketWorld, row: OrderRow): void {
  if (row.side === 'buy' || row.offer !== null || row.node === null) return
  holdUnits(x, row, row.node, row.remainingUnits)
}

function holdUnits(x: MarketWorld, row: OrderRow, node: number, units: number): void {
  const { sku } = x.catalog.mustInstrument(row.instrument)
  x.capacity.addOrderHold(node, x.catalog.mustSku(sku).bundle, units - row.heldUnits)
  row.heldUnits = units
}

function close(x: MarketWorld, ctx: Context, row: OrderRow): void {
  if (row.isRare) dropRarities(x, row)
  releaseHold(x, ctx, row)
  if (row.heldUnits > 0 && row.node !== null) holdUnits(x, row, row.node, 0)
  x.market.close(row, ctx.timeUs)
}

/** What few orders have: a timer, an offer that they follow. */
function dropRarities(x: MarketWorld, row: OrderRow): void {
  x.timers.cancel(row.expiryTimer)
  row.expiryTimer = 0
  if (row.offer === null) return
  const offer = x.market.offers.get(row.offer)
  if (offer?.order === row.order) offer.order = null
}
