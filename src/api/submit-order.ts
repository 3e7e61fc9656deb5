/** Orders and cancels said one by one: to the core as bytes, and back from bytes where that says all. */
import { Writer } from '../kernel/index.ts'
import {
  OrderScan,
  envelope as envelopeCodec,
  type BatchReplies,
  type CommandOf,
  type OrderStatus,
  type RecordBatch,
  type Reply,
} from '../messages/index.ts'
import { unencodable } from './encoded.ts'
import type { WriteContext } from './handler.ts'
import type { Services } from './services.ts'
import { accepted } from './submit.ts'

type OrderCommand = CommandOf<'PlaceOrder'> | CommandOf<'CancelOrder'>

/** What such a command did: all of it, or what an answer to the most usual ones needs. */
export type OrderReply =
  | { readonly kind: 'whole'; readonly reply: Reply }
  | {
      /** a limit order that rests whole, or a cancel that ended one order */
      readonly kind: 'brief'
      readonly seq: number
      readonly timeUs: number
      readonly command: string
      readonly order: number
      readonly status: OrderStatus
    }

const LENGTH_BYTES = 4
const ENVELOPE_BYTES = 128
const scan = new OrderScan()

/** Submits it. Refuses as the core does; faults pass through. */
export async function submitOrder(
  services: Services,
  { caller, commandId, reply }: WriteContext,
  command: OrderCommand,
): Promise<OrderReply> {
  const { account, key } = caller.key
  const batch = batchOfOne({ account, key, id: commandId, command })
  const replies = await new Promise<BatchReplies>((resolve, reject) => {
    services.door.submitBatch(batch, (result) => {
      if (result instanceof Error) reject(result)
      else resolve(result)
    })
  })
  const bytes = replies.bytesOf(0)
  const units = command.kind === 'PlaceOrder' ? command.units : null
  const facts = bytes === null ? null : scan.facts(bytes, units)
  if (facts === null || facts.status === null || !isBrief(command, facts.status)) {
    return { kind: 'whole', reply: accepted(services, command, replies.replyOf(0), reply) }
  }
  services.metrics.command(command, null)
  const { order, status } = facts
  const { timeUs } = scan
  return { kind: 'brief', seq: replies.seqOf(0), timeUs, command: commandId, order, status }
}

/** Does what the client said, with its number and status, tell the whole answer? */
function isBrief(command: OrderCommand, status: OrderStatus): boolean {
  if (command.kind === 'CancelOrder') return status === 'cancelled' && scan.endings === 1
  // What was not filled has opened no allocation; the core sets prices and horizons of other orders.
  const { type, horizonSeconds, durationSeconds, onBehalfOf, workload } = command
  const isUsual = type === 'limit' && horizonSeconds !== 0 && durationSeconds === null
  return status === 'open' && isUsual && onBehalfOf === null && workload === null
}

/** Refuses with FIELD_INVALID what has no encoding. */
function batchOfOne(envelope: Parameters<typeof envelopeCodec.write>[1]): RecordBatch {
  const writer = new Writer(ENVELOPE_BYTES)
  writer.u32(0)
  try {
    envelopeCodec.write(writer, envelope)
  } catch (error) {
    throw unencodable(error)
  }
  writer.setU32(0, writer.length - LENGTH_BYTES)
  return { count: 1, bytes: writer.view() }
}
