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
import type { BatchCounts } from '../metrics.ts'
import { refused } from '../problem.ts'
import type { Services } from '../services.ts'
import { readItems, type ReadItems } from './batch-items.ts'

const NOWHERE = { header: () => {} }

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
  { refused: codes }: ReadItems,
  replies: BatchReplies,
): Uint8Array {
  const writer = new OutcomeWriter(batch, codes.length)
  const scan = new OrderScan()
  const counts = new Map<string, BatchCounts>()
  let place = 0
  codes.forEach((code, index) => {
    const at = BATCH.headBytes + index * BATCH.itemBytes
    const isCancel = frame.getUint8(at + ITEM.action) === ACTION.cancel
    const units = isCancel ? null : frame.getUint32(at + ITEM.units, true)
    const outcome =
      code === undefined ? outcomeOf(scan, replies, place++, units) : { ...NOTHING, code }
    writer.add(outcome)
    const count = countsOf(counts, outcome.code ?? 'accepted')
    if (isCancel) count.cancels++
    else {
      const said = side.values[frame.getUint8(at + ITEM.side)]
      if (said !== undefined) count[said]++
    }
  })
  metrics.batch(counts)
  return writer.finish()
}

function countsOf(counts: Map<string, BatchCounts>, result: string): BatchCounts {
  const known = counts.get(result)
  if (known !== undefined) return known
  const made = { cancels: 0, buy: 0, sell: 0 }
  counts.set(result, made)
  return made
}

/** The outcome of an item that reached the engine; a replay comes as an object, all others as bytes. */
function outcomeOf(
  scan: OrderScan,
  replies: BatchReplies,
  place: number,
  units: number | null,
): ItemOutcome {
  const bytes = replies.bytesOf(place)
  const reply = bytes === null ? replies.replyOf(place) : null
  const facts = scan.facts(bytes ?? encodedOf(reply!), units)
  return {
    code: facts.code,
    seq: replies.seqOf(place),
    replayed: reply?.replayed ?? false,
    order: facts.order,
    status: facts.status,
    end: facts.end,
    filled_units: facts.filledUnits,
    filled_ticks: facts.filledTickUnits,
    remaining_units: facts.remainingUnits,
  }
}

function encodedOf(record: EventRecord): RecordBytes {
  const bytes = encode(eventRecord, record)
  return { bytes, from: 0, until: bytes.length }
}

const NOTHING: ItemOutcome = {
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
