/** From the items of a batch to commands of the core: the same checks as those of one order. */
import { Writer } from '../../kernel/index.ts'
import {
  capacityFlag,
  orderType,
  selfTrade,
  side,
  timeInForce,
  writeEnvelope,
  type Code,
  type Command,
  type CommandOf,
  type InstrumentView,
  type KeyView,
  type RecordBatch,
} from '../../messages/index.ts'
import { ACTION, BATCH, FLAG, FLAGS_KNOWN, ITEM, getU53 } from '../../wire/index.ts'

const UNITS_MAX = 1_000_000

export interface ReadItems {
  /** of the items that go to the core, in order */
  readonly envelopes: RecordBatch
  /** why the door refuses an item; undefined for those that go to the core */
  readonly refused: readonly (Code | undefined)[]
}

/** Reads the items of a frame whose head was checked. What is refused here is in no journal. */
export function readItems(
  frame: Uint8Array,
  view: DataView,
  key: Pick<KeyView, 'account' | 'key'>,
  instruments: ReadonlyMap<number, InstrumentView>,
): ReadItems {
  const writer = new Writer(frame.length * 2)
  const refused: (Code | undefined)[] = []
  let count = 0
  for (let from = BATCH.headBytes; from < frame.length; from += BATCH.itemBytes) {
    const command = commandAt(view, from, instruments)
    if (typeof command === 'string') {
      refused.push(command)
      continue
    }
    refused.push(undefined)
    count++
    const at = writer.length
    writer.u32(0)
    writeEnvelope(writer, key, frame, from + ITEM.commandId, command)
    writer.setU32(at, writer.length - at - 4)
  }
  return { envelopes: { count, bytes: writer.view() }, refused }
}

/** The command of an item, or why there is none. */
function commandAt(
  view: DataView,
  from: number,
  instruments: ReadonlyMap<number, InstrumentView>,
): Command | Code {
  const action = view.getUint8(from + ITEM.action)
  if (action === ACTION.place) return orderAt(view, from, instruments)
  return action === ACTION.cancel ? cancelAt(view, from) : 'MALFORMED'
}

function cancelAt(view: DataView, from: number): Command | Code {
  for (let at = from + ITEM.side; at < from + ITEM.order; at++) {
    if (view.getUint8(at) !== 0) return 'MALFORMED'
  }
  const order = getU53(view, from + ITEM.order)
  return Number.isSafeInteger(order) ? { kind: 'CancelOrder', order } : 'NOT_FOUND'
}

function orderAt(
  view: DataView,
  from: number,
  instruments: ReadonlyMap<number, InstrumentView>,
): CommandOf<'PlaceOrder'> | Code {
  const flags = view.getUint16(from + ITEM.flags, true)
  const has = (flag: number): boolean => (flags & flag) !== 0
  const word = (field: number): number => view.getUint32(from + field, true)
  const given = (field: number, flag: number): number | null => (has(flag) ? word(field) : null)
  const sideIs = side.values[view.getUint8(from + ITEM.side)]
  const type = orderType.values[view.getUint8(from + ITEM.type)]
  const inForce = timeInForce.values[view.getUint8(from + ITEM.timeInForce)]
  const stp = selfTrade.values[view.getUint8(from + ITEM.selfTrade)]
  const capacity = capacityFlag.values[view.getUint8(from + ITEM.capacity)]
  const isKnown =
    sideIs !== undefined &&
    type !== undefined &&
    inForce !== undefined &&
    stp !== undefined &&
    capacity !== undefined &&
    (flags & ~FLAGS_KNOWN) === 0
  if (!isKnown || isStray(view, from, flags)) return 'MALFORMED'
  const units = word(ITEM.units)
  const expiresAtUs = has(FLAG.expires) ? getU53(view, from + ITEM.expiresAtUs) : null
  if (units < 1 || units > UNITS_MAX) return 'MALFORMED'
  if (expiresAtUs !== null && !Number.isSafeInteger(expiresAtUs)) return 'MALFORMED'
  const instrument = instruments.get(word(ITEM.instrument))
  if (instrument === undefined) return 'NOT_FOUND'
  const priceTicks = given(ITEM.priceTicks, FLAG.price)
  if (priceTicks === 0 || (priceTicks === null && type === 'limit')) return 'FIELD_INVALID'
  return {
    kind: 'PlaceOrder',
    instrument: instrument.instrument,
    side: sideIs,
    type,
    units,
    priceTicks,
    timeInForce: inForce,
    expiresAtUs,
    postOnly: has(FLAG.postOnly),
    allOrNone: has(FLAG.allOrNone),
    colocate: has(FLAG.colocate),
    minUnits: word(ITEM.minUnits),
    standing: has(FLAG.standing),
    selfTrade: stp,
    horizonSeconds: given(ITEM.horizonSeconds, FLAG.horizon) ?? instrument.horizonSeconds,
    durationSeconds: given(ITEM.durationSeconds, FLAG.duration),
    capMicro: null,
    clientOrderId: null,
    capacity,
    onBehalfOf: null,
    node: given(ITEM.node, FLAG.node),
    workload: null,
    retryTicks: given(ITEM.retryTicks, FLAG.retry),
  }
}

/** Is there a value without its flag? A slip must not be an order that means something else. */
function isStray(view: DataView, from: number, flags: number): boolean {
  const lacks = (field: number, flag: number): boolean =>
    (flags & flag) === 0 && view.getUint32(from + field, true) !== 0
  return (
    lacks(ITEM.priceTicks, FLAG.price) ||
    lacks(ITEM.node, FLAG.node) ||
    lacks(ITEM.horizonSeconds, FLAG.horizon) ||
    lacks(ITEM.durationSeconds, FLAG.duration) ||
    lacks(ITEM.retryTicks, FLAG.retry) ||
    lacks(ITEM.expiresAtUs, FLAG.expires) ||
    lacks(ITEM.expiresAtUs + 4, FLAG.expires)
  )
}
