/** A binary frame of orders and cancels: one group for the engine, one frame of outcomes when durable. */
import { encode } from '../../kernel/index.ts'
import {
  OrderScan,
  eventRecord,
  side,
  type BatchReplies,
  type EventRecord,
  type KeyView,
  type RecordBytes,
} from '../../messages/index.ts'
import {
  ACTION,
  BATCH,
  ITEM,
  OutcomeWriter,
  readItemsHead,
  viewOf,
  type ItemOutcome,
} from '../../wire/index.ts'
import { mustLive, mustScope } from '../auth/caller.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { readItems, type ReadItems } from './batch-items.ts'
import { BatchTally } from './batch-tally.ts'

const NOWHERE = { header: () => {} }
const BUY = side.values.indexOf('buy')
const SELL = side.values.indexOf('sell')

type Outcome = { -readonly [K in keyof ItemOutcome]: ItemOutcome[K] }

/**
 * Submits the items of a frame in their order and resolves, without waiting for the disk, with what
 * will be the frame of their outcomes. Each item stands or falls alone; a frame is refused as a whole
 * (nothing of it was done) with CodecError for what is no frame, and with Refused and Fault for what
 * refuses one order whatever it says: UNAUTHENTICATED, KEY_EXPIRED, SCOPE_MISSING, RATE_LIMITED,
 * SHUTTING_DOWN.
 */
export async function batchOp(
  services: Services,
  key: KeyView | null,
  frame: Uint8Array,
): Promise<{ readonly answer: Promise<Uint8Array> }> {
  const view = viewOf(frame)
  const { batch, count } = readItemsHead(view)
  if (key === null) throw refused('UNAUTHENTICATED')
  mustLive(services, key)
  services.limiter.take(`orders ${key.key}`, services.rates.orders, NOWHERE, count)
  mustScope(key, 'trade')
  const { instruments } = await services.catalog.goods()
  const items = readItems(frame, view, key, instruments)
  const answer = new Promise<BatchReplies>((resolve, reject) => {
    services.door.submitBatch(items.envelopes, (result) => {
      if (result instanceof Error) reject(result)
      else resolve(result)
    })
  })
  return { answer: answer.then((replies) => told(services, view, batch, items, replies)) }
}

/** The frame of outcomes; what became of the items is counted on the way. */
function told(
  { metrics }: Services,
  frame: DataView,
  batch: number,
  { count, refused: codes }: ReadItems,
  replies: BatchReplies,
): Uint8Array {
  const writer = new OutcomeWriter(batch, count)
  const tally = new BatchTally()
  const scan = new OrderScan()
  // One object for all of them: a frame has hundreds, and there may be hundreds of frames a second.
  const outcome = { ...NOTHING }
  let place = 0
  for (let index = 0; index < count; index++) {
    const at = BATCH.headBytes + index * BATCH.itemBytes
    const isCancel = frame.getUint8(at + ITEM.action) === ACTION.cancel
    const code = codes.get(index)
    if (code === undefined) {
      const units = isCancel ? null : frame.getUint32(at + ITEM.units, true)
      tellOf(outcome, scan, replies, place++, units)
    } else Object.assign(outcome, NOTHING, { code })
    writer.add(outcome)
    const counts = tally.of(outcome.code ?? 'accepted')
    if (isCancel) counts.cancels++
    else if (frame.getUint8(at + ITEM.side) === BUY) counts.buy++
    else if (frame.getUint8(at + ITEM.side) === SELL) counts.sell++
  }
  metrics.batch(tally.counts)
  return writer.finish()
}

/** Tells the outcome of an item that reached the engine; a replay comes as an object, all others as bytes. */
function tellOf(
  outcome: Outcome,
  scan: OrderScan,
  replies: BatchReplies,
  place: number,
  units: number | null,
): void {
  const bytes = replies.bytesOf(place)
  const reply = bytes === null ? replies.replyOf(place) : null
  const facts = scan.facts(bytes ?? encodedOf(reply!), units)
  outcome.code = facts.code
  outcome.seq = replies.seqOf(place)
  outcome.replayed = reply?.replayed ?? false
  outcome.order = facts.order
  outcome.status = facts.status
  outcome.end = facts.end
  outcome.filled_units = facts.filledUnits
  outcome.filled_ticks = facts.filledTickUnits
  outcome.remaining_units = facts.remainingUnits
}

function encodedOf(record: EventRecord): RecordBytes {
  const bytes = encode(eventRecord, record)
  return { bytes, from: 0, until: bytes.length }
}

const NOTHING: Readonly<Outcome> = {
  code: null,
  seq: 0,
  replayed: false,
  order: 0,
  status: null,
  end: null,
  filled_units: 0,
  filled_ticks: 0,
  remaining_units: 0,
}
