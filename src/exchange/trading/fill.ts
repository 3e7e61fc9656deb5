/** One trade: units, money taken, the lease in the register, the tape. */
import { times } from '../capacity/resources.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import type { Context } from '../context.ts'
import { holdCapacity, statusOf } from './end.ts'
import { takeHold } from './hold.ts'
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
  taker.remainingUnits -= units
  x.market.reduce(maker, units)
  for (const row of [taker, maker]) {
    row.filledUnits += units
    row.filledTickUnits += units * priceTicks
    row.status = statusOf(row)
  }
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
