/** A binary frame of orders and cancels: one group for the engine, one frame of outcomes when durable. */
import { side as sides, type BatchReplies, type KeyView } from '../../messages/index.ts'
import { ACTION, BATCH, ITEM, OutcomeWriter, readItemsHead, viewOf } from '../../wire/index.ts'
import { mustLive, mustScope } from '../auth/caller.ts'
import { outcomeOf, refusedItem } from '../item-outcome.ts'
import type { Tally } from '../metrics.ts'
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
  return { answer: answer.then((replies) => told(services, frame, batch, items, replies)) }
}

/** The frame of outcomes; what became of the items is counted on the way. */
function told(
  { metrics }: Services,
  frame: Uint8Array,
  batch: number,
  { refused: codes }: ReadItems,
  replies: BatchReplies,
): Uint8Array {
  const writer = new OutcomeWriter(batch, codes.length)
  const tallies = new Map<string, Tally>()
  let place = 0
  codes.forEach((code, index) => {
    const outcome = code === undefined ? outcomeOf(replies.replyOf(place++)) : refusedItem(code)
    writer.add(outcome)
    const at = BATCH.headBytes + index * BATCH.itemBytes
    const isCancel = frame[at + ITEM.action] === ACTION.cancel
    const kind = isCancel ? 'CancelOrder' : 'PlaceOrder'
    const side = isCancel ? null : (sides.values[frame[at + ITEM.side]!] ?? null)
    const result = outcome.code ?? 'accepted'
    const name = `${kind} ${side} ${result}`
    const tally = tallies.get(name)
    if (tally === undefined) tallies.set(name, { kind, side, result, count: 1 })
    else tally.count++
  })
  metrics.commands(tallies.values())
  return writer.finish()
}
