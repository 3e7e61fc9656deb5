/** One trade: units, money taken, the lease in the register, the tape. */
import { times } from '../capacity/resources.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import type { Context } from '../context.ts'
import { holdCapacity } from './end.ts'
import { takeHold } from './hold.ts'
import { ORDER_DOUBLES, ORDER_WORDS } from './order-cells.ts'
import * as At from './order-record.ts'
import type { OrderRow } from './rows.ts'
import { tellFilled, tellTraded } from './tell.ts'
import type { Fill, MarketWorld } from './world.ts'

/** Trades as much as both have, at the maker's price. */
export function fill(
  x: MarketWorld,
  ctx: Context,
  taker: OrderRow,
  maker: OrderRow,
  priceTicks: number,
): Fill {
  const units = Math.min(taker.remainingUnits, maker.remainingUnits)
  const buyOrder = taker.side === 'buy' ? taker : maker
  const sellOrder = taker.side === 'buy' ? maker : taker
  const instrument = x.catalog.mustInstrument(taker.instrument)
  const trade = x.market.tradeIds.next()
  const node = sellOrder.node ?? 0
  count(x, taker, units, priceTicks)
  x.market.reduceInBook(maker, units)
  count(x, maker, units, priceTicks)
  const taken = takeHold(x, buyOrder)
  const untilUs = intoLease(x, ctx, instrument, sellOrder, trade, units)
  const { instrument: id, makerFeePpm, takerFeePpm, sellerFeePpm } = instrument
  x.market.tape.add(id, trade, priceTicks, units, taker.side === 'sell', ctx.timeUs)
  tellTraded(ctx, {
    trade,
    instrument: id,
    priceTicks,
    units,
    takerSide: taker.side,
    buyOrder: buyOrder.order,
    sellOrder: sellOrder.order,
    buyAccount: buyOrder.account,
    sellAccount: sellOrder.account,
    node,
    lease: trade,
  })
  tellFilled(ctx, maker, units)
  return {
    trade,
    instrument,
    node,
    units,
    priceTicks,
    buyOrder,
    sellOrder,
    buyerFeePpm: taker.side === 'buy' ? takerFeePpm : makerFeePpm,
    sellerFeePpm,
    takenPrincipalMicro: taken.principalMicro,
    takenFeeMicro: taken.feeMicro,
    untilUs,
  }
}

/** So many units of an order are filled. */
function count(x: MarketWorld, row: OrderRow, units: number, priceTicks: number): void {
  const { words, doubles } = x.market.orders.cells
  const at = row.handle * ORDER_WORDS
  const left = words[at + At.REMAINING_UNITS]! - units
  words[at + At.REMAINING_UNITS] = left
  words[at + At.FILLED_UNITS]! += units
  doubles[row.handle * ORDER_DOUBLES + At.FILLED_TICK_UNITS]! += units * priceTicks
  words[at + At.FLAGS] =
    (words[at + At.FLAGS]! & ~At.ANY_STATUS) | (left === 0 ? At.IS_FILLED : At.IS_PARTLY_FILLED)
}

/** Fewer units are left of the order, which keeps its place. */
export function emitAmended(ctx: Context, row: OrderRow): void {
  const { order, remainingUnits, priceTicks } = row
  ctx.emit({ kind: 'OrderAmended', order, units: remainingUnits, priceTicks, keptPriority: true })
}

/** From the sell order's hold into the lease, at once: linked offers see it in the same command. */
function intoLease(
  x: MarketWorld,
  ctx: Context,
  instrument: InstrumentRow,
  sell: OrderRow,
  lease: number,
  units: number,
): number | null {
  const node = sell.node ?? 0
  const { bundle } = x.catalog.mustSku(instrument.sku)
  if (!x.delivers) {
    x.capacity.giveAway(node, bundle, units)
    holdCapacity(x, sell)
    return null
  }
  const used = times(bundle, units)
  const untilUs = x.capacity.endOf(node, used, ctx.timeUs)
  const sku = sell.offer === null ? 0 : instrument.sku
  x.capacity.addLease(lease, node, used, ctx.timeUs, untilUs, { sku, units })
  holdCapacity(x, sell)
  return untilUs
}
