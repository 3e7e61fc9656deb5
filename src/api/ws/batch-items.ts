/** From the items of a batch to commands of the core: the same checks as those of one order. */
import { Writer, putU16, putU32, putVarint } from '../../kernel/index.ts'
import {
  IDENTITY_BYTES,
  capacityFlag,
  command as commandCodec,
  orderType,
  selfTrade,
  side,
  timeInForce,
  type Code,
  type InstrumentView,
  type KeyView,
  type RecordBatch,
} from '../../messages/index.ts'
import { ACTION, BATCH, FLAG, FLAGS_KNOWN, ITEM, getU53 } from '../../wire/index.ts'

const UNITS_MAX = 1_000_000
const ID_BYTES = 16
/** the encoded command of an item at most, with its length and its envelope */
const RECORD_MAX = 160
const [PLACE] = commandCodec.cases.PlaceOrder
const [CANCEL] = commandCodec.cases.CancelOrder

type Instruments = ReadonlyMap<number, InstrumentView>
type Sender = Pick<KeyView, 'account' | 'key'>

export interface ReadItems {
  /** of the frame */
  readonly count: number
  /** of the items that go to the core, in order */
  readonly envelopes: RecordBatch
  /** why the door refuses an item, by its place in the frame */
  readonly refused: ReadonlyMap<number, Code>
}

/** Reads the items of a frame whose head was checked. What is refused here is in no journal. */
export function readItems(
  frame: Uint8Array,
  view: DataView,
  key: Sender,
  instruments: Instruments,
): ReadItems {
  const count = (frame.length - BATCH.headBytes) / BATCH.itemBytes
  const writer = new Writer(count * 2 * BATCH.itemBytes + RECORD_MAX)
  const refused = new Map<number, Code>()
  for (let index = 0; index < count; index++) {
    const from = BATCH.headBytes + index * BATCH.itemBytes
    const code = refusalOf(view, from, instruments)
    if (code !== null) {
      refused.set(index, code)
      continue
    }
    const at = writer.room(RECORD_MAX)
    const bytes = writer.target
    let to = putU32(bytes, at + 4, key.account)
    to = putU32(bytes, to, key.key)
    for (let n = 0; n < ID_BYTES; n++) bytes[to + n] = frame[from + ITEM.commandId + n]!
    to = at + 4 + IDENTITY_BYTES
    to =
      view.getUint8(from + ITEM.action) === ACTION.cancel
        ? putVarint(bytes, putU16(bytes, to, CANCEL), getU53(view, from + ITEM.order))
        : putOrder(bytes, putU16(bytes, to, PLACE), view, from, instruments)
    putU32(bytes, at, to - at - 4)
    writer.wrote(to)
  }
  return {
    count,
    envelopes: { count: count - refused.size, bytes: writer.view() },
    refused,
  }
}

/** Why an item is no command; null where it is one. */
function refusalOf(view: DataView, from: number, instruments: Instruments): Code | null {
  const action = view.getUint8(from + ITEM.action)
  if (action === ACTION.place) return placeRefusal(view, from, instruments)
  return action === ACTION.cancel ? cancelRefusal(view, from) : 'MALFORMED'
}

function cancelRefusal(view: DataView, from: number): Code | null {
  for (let at = from + ITEM.side; at < from + ITEM.order; at++) {
    if (view.getUint8(at) !== 0) return 'MALFORMED'
  }
  return Number.isSafeInteger(getU53(view, from + ITEM.order)) ? null : 'NOT_FOUND'
}

function placeRefusal(view: DataView, from: number, instruments: Instruments): Code | null {
  const flags = view.getUint16(from + ITEM.flags, true)
  const isKnown =
    view.getUint8(from + ITEM.side) < side.values.length &&
    view.getUint8(from + ITEM.type) < orderType.values.length &&
    view.getUint8(from + ITEM.timeInForce) < timeInForce.values.length &&
    view.getUint8(from + ITEM.selfTrade) < selfTrade.values.length &&
    view.getUint8(from + ITEM.capacity) < capacityFlag.values.length &&
    (flags & ~FLAGS_KNOWN) === 0
  if (!isKnown || isStray(view, from, flags)) return 'MALFORMED'
  const units = view.getUint32(from + ITEM.units, true)
  if (units < 1 || units > UNITS_MAX) return 'MALFORMED'
  if (!Number.isSafeInteger(getU53(view, from + ITEM.expiresAtUs))) return 'MALFORMED'
  if (!instruments.has(view.getUint32(from + ITEM.instrument, true))) return 'NOT_FOUND'
  const hasPrice = (flags & FLAG.price) !== 0
  const isZero = hasPrice && view.getUint32(from + ITEM.priceTicks, true) === 0
  const isLimit = view.getUint8(from + ITEM.type) === LIMIT
  return isZero || (!hasPrice && isLimit) ? 'FIELD_INVALID' : null
}
const LIMIT = orderType.values.indexOf('limit')

/** Is there a value without its flag? A slip must not be an order that means something else. */
function isStray(view: DataView, from: number, flags: number): boolean {
  return (
    lacks(view, from + ITEM.priceTicks, flags & FLAG.price) ||
    lacks(view, from + ITEM.node, flags & FLAG.node) ||
    lacks(view, from + ITEM.horizonSeconds, flags & FLAG.horizon) ||
    lacks(view, from + ITEM.durationSeconds, flags & FLAG.duration) ||
    lacks(view, from + ITEM.retryTicks, flags & FLAG.retry) ||
    lacks(view, from + ITEM.expiresAtUs, flags & FLAG.expires) ||
    lacks(view, from + ITEM.expiresAtUs + 4, flags & FLAG.expires)
  )
}
function lacks(view: DataView, at: number, flag: number): boolean {
  return flag === 0 && view.getUint32(at, true) !== 0
}

/**
 * Writes the fields of a PlaceOrder as the codec does; the item was checked. Words have the same
 * numbers here and there. Returns the place behind it.
 */
function putOrder(
  bytes: Uint8Array,
  from: number,
  view: DataView,
  item: number,
  instruments: Instruments,
): number {
  const flags = view.getUint16(item + ITEM.flags, true)
  const instrument = view.getUint32(item + ITEM.instrument, true)
  let at = putU32(bytes, from, instrument)
  bytes[at++] = view.getUint8(item + ITEM.side)
  bytes[at++] = view.getUint8(item + ITEM.type)
  at = putU32(bytes, at, view.getUint32(item + ITEM.units, true))
  at = putGiven(bytes, at, view, item + ITEM.priceTicks, flags & FLAG.price)
  bytes[at++] = view.getUint8(item + ITEM.timeInForce)
  const expires = (flags & FLAG.expires) === 0 ? 0 : 1
  bytes[at++] = expires
  if (expires === 1) at = putVarint(bytes, at, getU53(view, item + ITEM.expiresAtUs))
  bytes[at++] = (flags & FLAG.postOnly) === 0 ? 0 : 1
  bytes[at++] = (flags & FLAG.allOrNone) === 0 ? 0 : 1
  bytes[at++] = (flags & FLAG.colocate) === 0 ? 0 : 1
  at = putU32(bytes, at, view.getUint32(item + ITEM.minUnits, true))
  bytes[at++] = (flags & FLAG.standing) === 0 ? 0 : 1
  bytes[at++] = view.getUint8(item + ITEM.selfTrade)
  const horizon =
    (flags & FLAG.horizon) === 0
      ? instruments.get(instrument)!.horizonSeconds
      : view.getUint32(item + ITEM.horizonSeconds, true)
  at = putU32(bytes, at, horizon)
  at = putGiven(bytes, at, view, item + ITEM.durationSeconds, flags & FLAG.duration)
  // No cap and no label.
  bytes[at++] = 0
  bytes[at++] = 0
  bytes[at++] = view.getUint8(item + ITEM.capacity)
  // For nobody else.
  bytes[at++] = 0
  at = putGiven(bytes, at, view, item + ITEM.node, flags & FLAG.node)
  // No workload.
  bytes[at++] = 0
  return putGiven(bytes, at, view, item + ITEM.retryTicks, flags & FLAG.retry)
}

/** A word of an item that may be absent. */
function putGiven(
  bytes: Uint8Array,
  at: number,
  view: DataView,
  from: number,
  flag: number,
): number {
  if (flag === 0) {
    bytes[at] = 0
    return at + 1
  }
  bytes[at] = 1
  return putU32(bytes, at + 1, view.getUint32(from, true))
}
