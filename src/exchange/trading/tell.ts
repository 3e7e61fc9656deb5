/**
 * The events that nearly every order has. Where a command's events are kept as bytes these are
 * written field by field, as their codecs would (a test compares the two).
 */
import type { Writer } from '../../kernel/index.ts'
import {
  capacityFlag,
  event,
  orderEnd,
  orderStatus,
  orderType,
  selfTrade,
  side,
  timeInForce,
  type EventKind,
  type EventOf,
  type OrderEnd,
} from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { OrderRow } from './rows.ts'

const numberOf = (kind: EventKind): number => event.cases[kind][0]
const PLACED = numberOf('OrderPlaced')
const FILLED = numberOf('OrderFilled')
const ENDED = numberOf('OrderEnded')
const TRADED = numberOf('TradeExecuted')

export function tellPlaced(ctx: Context, row: OrderRow): void {
  const { capMicro, clientOrderId, workload } = row
  // What is rare is written by the codec.
  const isPlain = capMicro === null && clientOrderId === null && workload === null
  const out = isPlain ? ctx.bytesOfNext() : null
  if (out === null) return ctx.emit(placed(row))
  out.u16(PLACED)
  out.varint(row.order)
  out.u32(row.account)
  out.u32(row.key)
  out.u8(row.offer === null ? 0 : 1)
  out.u32(row.instrument)
  out.u8(side.values.indexOf(row.side))
  out.u8(orderType.values.indexOf(row.type))
  out.u32(row.units)
  out.u8(1)
  out.u32(row.priceTicks)
  out.u8(timeInForce.values.indexOf(row.timeInForce))
  u53OrNull(out, row.expiresAtUs)
  out.u8(row.postOnly ? 1 : 0)
  out.u8(row.allOrNone ? 1 : 0)
  out.u8(row.colocate ? 1 : 0)
  out.u32(row.minUnits)
  out.u8(row.standing ? 1 : 0)
  out.u8(selfTrade.values.indexOf(row.selfTrade))
  out.u32(row.horizonSeconds)
  u32OrNull(out, row.durationSeconds)
  out.u8(0) // capMicro
  out.u8(0) // clientOrderId
  out.u8(capacityFlag.values.indexOf(row.capacity))
  u32OrNull(out, row.onBehalfOf)
  u32OrNull(out, row.node)
  out.u8(0) // workload
  u32OrNull(out, row.retryTicks)
}

/** Makers say so at each fill, takers once for all their fills. */
export function tellFilled(ctx: Context, row: OrderRow, units: number): void {
  const { order, remainingUnits, status } = row
  const out = ctx.bytesOfNext()
  if (out === null) return ctx.emit({ kind: 'OrderFilled', order, units, remainingUnits, status })
  out.u16(FILLED)
  out.varint(order)
  out.u32(units)
  out.u32(remainingUnits)
  out.u8(orderStatus.values.indexOf(status))
}

export function tellEnded(ctx: Context, row: OrderRow, end: OrderEnd, detail: string | null): void {
  const { order, status, remainingUnits } = row
  const out = detail === null ? ctx.bytesOfNext() : null
  if (out === null) {
    return ctx.emit({ kind: 'OrderEnded', order, status, end, detail, remainingUnits })
  }
  out.u16(ENDED)
  out.varint(order)
  out.u8(orderStatus.values.indexOf(status))
  out.u8(orderEnd.values.indexOf(end))
  out.u8(0) // detail
  out.u32(remainingUnits)
}

export function tellTraded(ctx: Context, trade: Omit<EventOf<'TradeExecuted'>, 'kind'>): void {
  const out = ctx.bytesOfNext()
  if (out === null) return ctx.emit({ kind: 'TradeExecuted', ...trade })
  out.u16(TRADED)
  out.varint(trade.trade)
  out.u32(trade.instrument)
  out.u32(trade.priceTicks)
  out.u32(trade.units)
  out.u8(side.values.indexOf(trade.takerSide))
  out.varint(trade.buyOrder)
  out.varint(trade.sellOrder)
  out.u32(trade.buyAccount)
  out.u32(trade.sellAccount)
  out.u32(trade.node)
  out.varint(trade.lease)
}

function placed(row: OrderRow): EventOf<'OrderPlaced'> {
  const {
    order,
    account,
    key,
    instrument,
    side: of,
    type,
    units,
    priceTicks,
    timeInForce: tif,
  } = row
  const { expiresAtUs, postOnly, allOrNone, colocate, minUnits, standing } = row
  const { horizonSeconds, durationSeconds, capMicro, clientOrderId, capacity, onBehalfOf } = row
  const { node, workload, retryTicks } = row
  return {
    kind: 'OrderPlaced',
    order,
    account,
    key,
    offer: row.offer !== null,
    instrument,
    side: of,
    type,
    units,
    priceTicks,
    timeInForce: tif,
    expiresAtUs,
    postOnly,
    allOrNone,
    colocate,
    minUnits,
    standing,
    selfTrade: row.selfTrade,
    horizonSeconds,
    durationSeconds,
    capMicro,
    clientOrderId,
    capacity,
    onBehalfOf,
    node,
    workload,
    retryTicks,
  }
}

function u32OrNull(out: Writer, value: number | null): void {
  out.u8(value === null ? 0 : 1)
  if (value !== null) out.u32(value)
}
function u53OrNull(out: Writer, value: number | null): void {
  out.u8(value === null ? 0 : 1)
  if (value !== null) out.varint(value)
}
