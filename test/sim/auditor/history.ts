/**
 * What became durable, as the outside saw it: nothing that was published or answered may ever be
 * lost or told differently, and nothing is executed twice.
 */
import { decode, Writer } from '../../../src/kernel/index.ts'
import { Exchange } from '../../../src/exchange/index.ts'
import { openFileLog } from '../../../src/journal/index.ts'
import {
  outcome as outcomeCodec,
  readRecords,
  record as recordCodec,
  type Envelope,
  type EventRecord,
  type Reply,
} from '../../../src/messages/index.ts'
import type { Counts } from '../counts.ts'
import { must, Violation } from '../violation.ts'

const NO_ID = '0'.repeat(32)
/** every so many records the published outcome is encoded and compared byte by byte */
const COMPARE_EVERY = 4

export class History {
  /** the second replica: it has executed every durable record up to `replica.lastSeq` */
  replica = new Exchange()
  /** seq of the last record that was published */
  publishedSeq = 0
  /** highest seq that an answer to a question has shown to anyone */
  seenSeq = 0
  readonly #counts: Counts
  /** checksum of the outcome of published records, by seq */
  #published: Map<number, string> = new Map()
  readonly #ids = new Map<number, Map<string, number>>()
  #timeUs = 0

  constructor(counts: Counts) {
    this.#counts = counts
  }

  publish(record: EventRecord): void {
    const { seq, timeUs, account, command } = record
    must(seq === this.publishedSeq + 1, 'order', () => `${seq} after ${this.publishedSeq}`)
    must(timeUs >= this.#timeUs, 'time', () => `record ${seq} is earlier than the one before`)
    this.publishedSeq = seq
    this.#timeUs = timeUs
    if (seq % COMPARE_EVERY === 0) this.#published.set(seq, outcomeHash(record.outcome))
    if (command === NO_ID) return
    let ids = this.#ids.get(account)
    if (ids === undefined) this.#ids.set(account, (ids = new Map()))
    const before = ids.get(command)
    must(before === undefined, 'idempotency', () => `${account}/${command}: ${before} and ${seq}`)
    ids.set(command, seq)
  }

  /** An answer reached a client. */
  reply(envelope: Envelope, reply: Reply): void {
    const { seq } = reply
    const { account, id } = envelope
    if (seq === 0) {
      // Refused before it was executed: it is not in the journal.
      this.#counts.add('code', reply.outcome.refusal?.code ?? '')
      return
    }
    this.#counts.add('work', reply.replayed ? 'replies-replayed' : 'replies')
    must(
      seq <= this.publishedSeq,
      'acknowledged',
      () => `answered ${seq}, published to ${this.publishedSeq}`,
    )
    const known = this.#ids.get(account)?.get(id)
    must(known === seq, 'idempotency', () => `${account}/${id}: answered ${seq}, executed ${known}`)
    must(reply.commandKind === envelope.command.kind, 'reply', () => `of ${reply.commandKind}`)
    this.#compare(seq, reply)
  }

  /** A process has recovered: nothing that anyone saw may be missing. */
  recovered(durableSeq: number): void {
    const seen = Math.max(this.publishedSeq, this.seenSeq)
    must(durableSeq >= seen, 'acknowledged', () => `${seen} was seen, ${durableSeq} is left`)
  }

  /** Executes the durable records that the replica has not seen, and compares their results. */
  async follow(folder: string, untilSeq: number): Promise<void> {
    if (this.replica.lastSeq >= untilSeq) return
    const log = await openFileLog({ directory: `${folder}/journal`, readOnly: true })
    for await (const { seq, bytes } of readRecords(log, this.replica.lastSeq + 1)) {
      if (seq > untilSeq) break
      const { timeUs, envelope, resultHash } = decode(recordCodec, bytes)
      const outcome = this.replica.execute({ seq, timeUs, envelope })
      const reached = outcomeHash(outcome)
      must(reached === resultHash, 'replica', () => `record ${seq} (${envelope.command.kind})`)
      const published = this.#published.get(seq)
      must(published === undefined || published === reached, 'published', () => `record ${seq}`)
      this.#published.delete(seq)
    }
    await log.close()
    const { lastSeq } = this.replica
    must(
      lastSeq === untilSeq,
      'acknowledged',
      () => `the journal ends at ${lastSeq} before ${untilSeq}`,
    )
  }

  /** A consumer of the event log reads at its own pace: it must find what was published. */
  read(record: EventRecord, seq: number): void {
    must(record.seq === seq, 'event-log', () => `${record.seq} at ${seq}`)
    must(
      seq <= this.publishedSeq,
      'unacknowledged',
      () => `${seq} read, ${this.publishedSeq} published`,
    )
    this.#compare(seq, record)
  }

  #compare(seq: number, record: EventRecord): void {
    const published = this.#published.get(seq)
    if (published === undefined) return
    if (published !== outcomeHash(record.outcome)) throw new Violation('reply', `differs at ${seq}`)
  }
}

const encoded = new Writer(4_096)

/** As a journal record holds it: what replay must reach again. */
function outcomeHash(outcome: EventRecord['outcome']): string {
  encoded.reset()
  outcomeCodec.write(encoded, outcome)
  const { high, low } = encoded.checksumFrom(0)
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}
