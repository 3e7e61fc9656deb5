/** What trading events do to the tables. */
import { marketTables as t } from '../tables/market.ts'
import { add, none, patch, put, type Change, type Place, type Reducers } from '../change.ts'
import type { EventOf } from '../../messages/index.ts'

/** Candle lengths in seconds: 1, 5 and 15 minutes, 1 hour, 1 day (UTC). */
const CANDLE_SECONDS = [60, 300, 900, 3_600, 86_400] as const

type Trade = EventOf<'TradeExecuted'>

export const marketReducers: Reducers<
  | 'OrderPlaced'
  | 'OrderAmended'
  | 'OrderFilled'
  | 'OrderEnded'
  | 'OrderRetried'
  | 'TradeExecuted'
  | 'OfferSet'
  | 'OfferWithdrawn'
  | 'NeedWaiting'
  | 'CancelAfterSet'
> = {
  OrderPlaced: (event, { seq, timeUs }) => [
    add(t.orders, [event.order], {
      order: event.order,
      seq,
      account: event.account,
      key: event.key,
      instrument: event.instrument,
      side: event.side,
      type: event.type,
      timeInForce: event.timeInForce,
      status: 'open',
      end: null,
      units: event.units,
      filledUnits: 0,
      remainingUnits: event.units,
      priceTicks: event.priceTicks,
      filledTickUnits: 0,
      clientOrderId: event.clientOrderId,
      capacity: event.capacity,
      offer: event.offer,
      node: event.node,
      placedAtUs: timeUs,
      endedAtUs: null,
      expiresAtUs: event.expiresAtUs,
      horizonSeconds: event.horizonSeconds,
      durationSeconds: event.durationSeconds,
      allocations: [],
      replacedBy: null,
      retryRefused: null,
    }),
  ],
  OrderAmended: (event, { seq }) => [
    patch(t.orders, [event.order], (order) => ({
      seq,
      units: order.filledUnits + event.units,
      remainingUnits: event.units,
      priceTicks: event.priceTicks,
    })),
  ],
  OrderFilled: (event, { seq, timeUs }) => [
    patch(t.orders, [event.order], (order) => ({
      seq,
      filledUnits: order.filledUnits + event.units,
      remainingUnits: event.remainingUnits,
      status: event.status,
      endedAtUs: event.status === 'filled' ? timeUs : null,
    })),
  ],
  OrderEnded: (event, { seq, timeUs }) => [
    patch(t.orders, [event.order], {
      seq,
      status: event.status,
      end: event.end,
      remainingUnits: event.remainingUnits,
      endedAtUs: timeUs,
    }),
  ],
  OrderRetried: ({ order, replacedBy, code }, { seq }) => [
    patch(t.orders, [order], { seq, replacedBy, retryRefused: code }),
  ],
  TradeExecuted: (event, place) => [
    add(t.trades, [event.trade], {
      trade: event.trade,
      seq: place.seq,
      instrument: event.instrument,
      priceTicks: event.priceTicks,
      units: event.units,
      takerSide: event.takerSide,
      buyOrder: event.buyOrder,
      sellOrder: event.sellOrder,
      buyAccount: event.buyAccount,
      sellAccount: event.sellAccount,
      node: event.node,
      lease: event.lease,
      timeUs: place.timeUs,
    }),
    ...sidesOf(event, place),
    ...CANDLE_SECONDS.map((seconds) => candle(event, seconds, place.timeUs)),
  ],
  OfferSet: none,
  OfferWithdrawn: none,
  NeedWaiting: none,
  CancelAfterSet: none,
}

/** The traded sum of each order. */
function sidesOf({ buyOrder, sellOrder, priceTicks, units }: Trade, { seq }: Place): Change[] {
  return [buyOrder, sellOrder].map((order) =>
    patch(t.orders, [order], (row) => ({
      seq,
      filledTickUnits: row.filledTickUnits + priceTicks * units,
    })),
  )
}

function candle(trade: Trade, intervalSeconds: number, timeUs: number): Change {
  const openUs = timeUs - (timeUs % (intervalSeconds * 1_000_000))
  const price = trade.priceTicks
  return put(t.candles, [trade.instrument, intervalSeconds, openUs], (row) => ({
    instrument: trade.instrument,
    intervalSeconds,
    openUs,
    openTicks: row?.openTicks ?? price,
    highTicks: Math.max(row?.highTicks ?? price, price),
    lowTicks: Math.min(row?.lowTicks ?? price, price),
    closeTicks: price,
    units: (row?.units ?? 0) + trade.units,
    tickUnits: (row?.tickUnits ?? 0) + price * trade.units,
    trades: (row?.trades ?? 0) + 1,
  }))
}
