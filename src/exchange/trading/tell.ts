/**
 * The events that nearly every order has. Where a command's events are kept as bytes these are
 * written field by field, as their codecs would (a test compares the two).
 */
import { putU16, putU32, putVarint, type Writer } from '../../kernel/index.ts'
import { event, type EventKind, type EventOf, type OrderEnd } from '../../messages/index.ts'
import type { Context } from '../context.ts'
import {
  ALL_OR_NONE,
  CAPACITY,
  COLOCATE,
  END,
  POST_ONLY,
  SELF_TRADE,
  SIDE,
  STANDING,
  STATUS,
  TIME_IN_FORCE,
  TYPE,
} from './order-record.ts'
import type { OrderRow } from './rows.ts'

const numberOf = (kind: EventKind): number => event.cases[kind][0]
const PLACED = numberOf('OrderPlaced')
const FILLED = numberOf('OrderFilled')
const ENDED = numberOf('OrderEnded')
const TRADED = numberOf('TradeExecuted')
// no such event is longer
const PLACED_BYTES = 128
const FILLED_BYTES = 32
const ENDED_BYTES = 32
const TRADED_BYTES = 64

export function tellPlaced(ctx: Context, row: OrderRow): void {
  const { capMicro, clientOrderId, workload } = row
  // What is rare is written by the codec.
  const isPlain = capMicro === null && clientOrderId === null && workload === null
  const out = isPlain ? ctx.bytesOfNext() : null
  if (out === null) return ctx.emit(placed(row))
  const from = out.room(PLACED_BYTES)
  const bytes = out.target
  const { flags, node } = row
  let at = putVarint(bytes, putU16(bytes, from, PLACED), row.order)
  at = putU32(bytes, at, row.account)
  at = putU32(bytes, at, row.key)
  bytes[at++] = row.offer === null ? 0 : 1
  at = putU32(bytes, at, row.instrument)
  bytes[at++] = (flags >>> SIDE) & 1
  bytes[at++] = (flags >>> TYPE) & 1
  at = putU32(bytes, at, row.units)
  bytes[at++] = 1
  at = putU32(bytes, at, row.priceTicks)
  bytes[at++] = (flags >>> TIME_IN_FORCE) & 3
  at = putU53OrNull(bytes, at, row.expiresAtUs)
  bytes[at++] = (flags >>> POST_ONLY) & 1
  bytes[at++] = (flags >>> ALL_OR_NONE) & 1
  bytes[at++] = (flags >>> COLOCATE) & 1
  at = putU32(bytes, at, row.minUnits)
  bytes[at++] = (flags >>> STANDING) & 1
  bytes[at++] = (flags >>> SELF_TRADE) & 3
  at = putU32(bytes, at, row.horizonSeconds)
  at = putU32OrNull(bytes, at, row.durationSeconds)
  bytes[at++] = 0 // capMicro
  bytes[at++] = 0 // clientOrderId
  bytes[at++] = (flags >>> CAPACITY) & 1
  at = putU32OrNull(bytes, at, row.onBehalfOf)
  at = putU32OrNull(bytes, at, node)
  bytes[at++] = 0 // workload
  out.wrote(putU32OrNull(bytes, at, row.retryTicks))
}

/** Makers say so at each fill, takers once for all their fills. */
export function tellFilled(ctx: Context, row: OrderRow, units: number): void {
  const { order, remainingUnits } = row
  const out = ctx.bytesOfNext()
  if (out !== null) return putFilled(out, order, units, remainingUnits, row.flags)
  ctx.emit({ kind: 'OrderFilled', order, units, remainingUnits, status: row.status })
}
/** `flags` are those of the order's record. */
export function putFilled(
  out: Writer,
  order: number,
  units: number,
  remainingUnits: number,
  flags: number,
): void {
  const from = out.room(FILLED_BYTES)
  const bytes = out.target
  const view = out.targetView
  const at = putVarint(bytes, putU16(bytes, from, FILLED), order)
  view.setInt32(at, units, true)
  view.setInt32(at + 4, remainingUnits, true)
  bytes[at + 8] = (flags >>> STATUS) & 7
  out.wrote(at + 9)
}

export function tellEnded(ctx: Context, row: OrderRow, end: OrderEnd, detail: string | null): void {
  const { order, status, remainingUnits } = row
  const out = detail === null ? ctx.bytesOfNext() : null
  if (out === null) {
    return ctx.emit({ kind: 'OrderEnded', order, status, end, detail, remainingUnits })
  }
  putEnded(out, order, remainingUnits, row.flags)
}
/** Of an order that ended without a detail. */
export function putEnded(out: Writer, order: number, remainingUnits: number, flags: number): void {
  const from = out.room(ENDED_BYTES)
  const bytes = out.target
  let at = putVarint(bytes, putU16(bytes, from, ENDED), order)
  bytes[at++] = (flags >>> STATUS) & 7
  bytes[at++] = ((flags >>> END) & 31) - 1
  bytes[at++] = 0 // detail
  out.targetView.setInt32(at, remainingUnits, true)
  out.wrote(at + 4)
}

export function tellTraded(ctx: Context, trade: Omit<EventOf<'TradeExecuted'>, 'kind'>): void {
  const out = ctx.bytesOfNext()
  if (out === null) return ctx.emit({ kind: 'TradeExecuted', ...trade })
  const from = out.room(TRADED_BYTES)
  const bytes = out.target
  const view = out.targetView
  let at = putVarint(bytes, putU16(bytes, from, TRADED), trade.trade)
  view.setInt32(at, trade.instrument, true)
  view.setInt32(at + 4, trade.priceTicks, true)
  view.setInt32(at + 8, trade.units, true)
  bytes[at + 12] = trade.takerSide === 'buy' ? 0 : 1
  at = putVarint(bytes, putVarint(bytes, at + 13, trade.buyOrder), trade.sellOrder)
  view.setInt32(at, trade.buyAccount, true)
  view.setInt32(at + 4, trade.sellAccount, true)
  view.setInt32(at + 8, trade.node, true)
  out.wrote(putVarint(bytes, at + 12, trade.lease))
}

function placed(row: OrderRow): EventOf<'OrderPlaced'> {
  const { order, account, key, instrument, side, type, units, priceTicks, timeInForce } = row
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
    side,
    type,
    units,
    priceTicks,
    timeInForce,
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

function putU32OrNull(bytes: Uint8Array, at: number, value: number | null): number {
  bytes[at] = value === null ? 0 : 1
  return value === null ? at + 1 : putU32(bytes, at + 1, value)
}
function putU53OrNull(bytes: Uint8Array, at: number, value: number | null): number {
  bytes[at] = value === null ? 0 : 1
  return value === null ? at + 1 : putVarint(bytes, at + 1, value)
}
