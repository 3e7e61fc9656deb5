/** The items of a batch: orders and cancels, 64 bytes each. */
import { fromHex } from '../../kernel/index.ts'
import {
  capacityFlag,
  orderType,
  selfTrade,
  side,
  timeInForce,
  type CapacityFlag,
  type OrderType,
  type SelfTrade,
  type Side,
  type TimeInForce,
} from '../../messages/index.ts'
import { BATCH, FRAME, readHead, setU53, viewOf, wrong, writeHead } from './layout.ts'

/** Where each field of an item lies. Words are their positions in the vocabulary of `messages`. */
export const ITEM = {
  /** 16 bytes: as Idempotency-Key */
  commandId: 0,
  action: 16,
  side: 17,
  type: 18,
  timeInForce: 19,
  selfTrade: 20,
  capacity: 21,
  flags: 22,
  instrument: 24,
  units: 28,
  priceTicks: 32,
  node: 36,
  minUnits: 40,
  horizonSeconds: 44,
  durationSeconds: 48,
  retryTicks: 52,
  /** of an order: when it expires, microseconds */
  expiresAtUs: 56,
  /** of a cancel: the number of the order */
  order: 56,
} as const

export const ACTION = { place: 1, cancel: 2 } as const

/** A field that may be absent counts only with its flag, and is zero without it. */
export const FLAG = {
  postOnly: 1,
  allOrNone: 2,
  colocate: 4,
  standing: 8,
  price: 16,
  node: 32,
  horizon: 64,
  duration: 128,
  retry: 256,
  expires: 512,
} as const
export const FLAGS_KNOWN = 1_023

/** An order as `PlaceOrderBody` has it, with the numbers of the core; absent means the same there. */
export interface PlaceItem {
  readonly action: 'place'
  /** made by the client when absent; the same id with the same item has the first outcome again */
  readonly command_id?: string
  /** number of the instrument: `numberOf('instrument', id)` */
  readonly instrument: number
  readonly side: Side
  readonly units: number
  /** whole ticks: `ticksOf(price, tick)`; limit orders need it */
  readonly price_ticks?: number
  readonly type?: OrderType
  readonly time_in_force?: TimeInForce
  readonly expires_at_us?: number
  readonly post_only?: boolean
  readonly all_or_none?: boolean
  readonly colocate?: boolean
  readonly min_units?: number
  readonly standing?: boolean
  readonly stp_mode?: SelfTrade
  readonly horizon_seconds?: number
  readonly duration_seconds?: number
  readonly capacity?: CapacityFlag
  readonly node?: number
  readonly retry_ticks?: number
}

export interface CancelItem {
  readonly action: 'cancel'
  readonly command_id?: string
  /** number of the order, as an outcome gave it: `numberOf('order', id)` */
  readonly order: number
}
export type BatchItem = PlaceItem | CancelItem
/** An item that says which command it is. */
export type IdentifiedItem = BatchItem & { readonly command_id: string }

/**
 * The frame of a batch. Numbers are stored as they are, modulo their width: the server checks them.
 * Throws CodecError when there are none or more than BATCH.itemsMax.
 */
export function encodeItems(
  batch: number,
  items: readonly IdentifiedItem[],
): Uint8Array<ArrayBuffer> {
  if (items.length === 0 || items.length > BATCH.itemsMax) {
    throw wrong('count', `1 to ${BATCH.itemsMax} items`)
  }
  const bytes = new Uint8Array(BATCH.headBytes + items.length * BATCH.itemBytes)
  const view = viewOf(bytes)
  writeHead(view, FRAME.items, { batch, count: items.length })
  items.forEach((item, index) => {
    const at = BATCH.headBytes + index * BATCH.itemBytes
    bytes.set(fromHex(item.command_id), at + ITEM.commandId)
    view.setUint8(at + ITEM.action, ACTION[item.action])
    if (item.action === 'cancel') setU53(view, at + ITEM.order, item.order)
    else writePlace(view, at, item)
  })
  return bytes
}

function writePlace(view: DataView, at: number, item: PlaceItem): void {
  const byte = (offset: number, value: number) => view.setUint8(at + offset, value)
  byte(ITEM.side, side.values.indexOf(item.side))
  byte(ITEM.type, orderType.values.indexOf(item.type ?? 'limit'))
  byte(ITEM.timeInForce, timeInForce.values.indexOf(item.time_in_force ?? 'GTC'))
  byte(ITEM.selfTrade, selfTrade.values.indexOf(item.stp_mode ?? 'expire_maker'))
  byte(ITEM.capacity, capacityFlag.values.indexOf(item.capacity ?? 'principal'))
  const word = (offset: number, value: number | undefined) =>
    view.setUint32(at + offset, value ?? 0, true)
  word(ITEM.instrument, item.instrument)
  word(ITEM.units, item.units)
  word(ITEM.priceTicks, item.price_ticks)
  word(ITEM.node, item.node)
  word(ITEM.minUnits, item.min_units)
  word(ITEM.horizonSeconds, item.horizon_seconds)
  word(ITEM.durationSeconds, item.duration_seconds)
  word(ITEM.retryTicks, item.retry_ticks)
  setU53(view, at + ITEM.expiresAtUs, item.expires_at_us ?? 0)
  view.setUint16(at + ITEM.flags, flagsOf(item), true)
}

function flagsOf(item: PlaceItem): number {
  const given = (value: unknown, flag: number) =>
    value === undefined || value === false ? 0 : flag
  return (
    given(item.post_only, FLAG.postOnly) |
    given(item.all_or_none, FLAG.allOrNone) |
    given(item.colocate, FLAG.colocate) |
    given(item.standing, FLAG.standing) |
    given(item.price_ticks, FLAG.price) |
    given(item.node, FLAG.node) |
    given(item.horizon_seconds, FLAG.horizon) |
    given(item.duration_seconds, FLAG.duration) |
    given(item.retry_ticks, FLAG.retry) |
    given(item.expires_at_us, FLAG.expires)
  )
}

/** The head of a frame of items, whose length fits. Throws CodecError for what is no such frame. */
export function readItemsHead(view: DataView): { readonly batch: number; readonly count: number } {
  const head = readHead(view, FRAME.items)
  const size = BATCH.headBytes + head.count * BATCH.itemBytes
  if (view.byteLength !== size) throw wrong('length', `${size} bytes`)
  return head
}
