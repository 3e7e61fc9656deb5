/** Orders and fills as the API shows them. */
import { formatTime } from '../../kernel/index.ts'
import type { FillRow, OrderRow, OrderView } from '../../messages/index.ts'
import { averagePriceText, moneyText, priceText } from '../decimal.ts'
import type { Fill, Order } from '../dto/orders.ts'
import { idOf, idOrNull } from '../id.ts'
import { CURRENCY, timeOrNull, type InstrumentRef } from './common.ts'

/** From the engine's view (with the money held) or from history's row (held is null). */
export function toOrder(order: OrderView | OrderRow, ref: InstrumentRef): Order {
  const { priceTicks, filledUnits } = order
  return {
    id: idOf('order', order.order),
    account_id: idOf('account', order.account),
    symbol: ref.symbol,
    side: order.side,
    type: order.type,
    time_in_force: order.timeInForce,
    status: order.status,
    cancel_reason: order.end,
    units: order.units,
    filled_units: filledUnits,
    remaining_units: order.remainingUnits,
    price: priceTicks === null ? null : priceText(priceTicks, ref.tickMicro),
    average_price: averagePriceText(order.filledTickUnits, filledUnits, ref.tickMicro),
    currency: CURRENCY,
    held: 'heldMicro' in order ? moneyText(order.heldMicro) : null,
    client_order_id: order.clientOrderId,
    offer: order.offer,
    node_id: idOrNull('node', order.node),
    placed_at: formatTime(order.placedAtUs),
    expire_at: timeOrNull(order.expiresAtUs),
    horizon_seconds: order.horizonSeconds,
    duration_seconds: order.durationSeconds,
    allocation_ids: order.allocations.map((id) => idOf('allocation', id)),
    replaced_by: idOrNull('order', order.replacedBy),
    retry_refused: order.retryRefused,
  }
}

export function toFill(row: FillRow, ref: InstrumentRef): Fill {
  return {
    trade_id: idOf('trade', row.trade),
    order_id: idOf('order', row.order),
    symbol: ref.symbol,
    side: row.side,
    liquidity: row.maker ? 'maker' : 'taker',
    price: priceText(row.priceTicks, ref.tickMicro),
    units: row.units,
    currency: CURRENCY,
    node_id: idOf('node', row.node),
    lease_id: idOf('lease', row.lease),
    at: formatTime(row.timeUs),
    seq: row.seq,
  }
}
