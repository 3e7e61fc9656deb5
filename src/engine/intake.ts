/** The bounded queue between the doors and the loop. */
import { decode, Writer } from '../kernel/index.ts'
import {
  envelope as envelopeCodec,
  Fault,
  visitRecords,
  type Envelope,
  type RecordBatch,
} from '../messages/index.ts'
import { Group, type Answer } from './group.ts'
import type { RawDoor } from './state-machine.ts'

const LENGTH_BYTES = 4
/** an order and its sender take as many */
const ENVELOPE_BYTES = 128

export class Intake {
  readonly #limit: number
  readonly #limitBytes: number
  readonly #raw: RawDoor | null
  #size = 0
  #bytes = 0
  /** from `#head` on; null where a group was */
  #waiting: (Group | null)[] = []
  #head = 0

  constructor(limit: number, limitBytes: number, raw: RawDoor | null) {
    this.#limit = limit
    this.#limitBytes = limitBytes
    this.#raw = raw
  }

  /** commands that wait */
  get size(): number {
    return this.#size
  }

  /**
   * Queues a command. Throws Fault RATE_LIMITED when the queue is full (nothing was done; the same id
   * may be sent again) and CodecError when the command has no encoding.
   */
  put(envelope: Envelope, answer: Answer): void {
    this.#mustHaveRoom()
    // What is executed is what replay will read back, never the caller's own object.
    const writer = new Writer(ENVELOPE_BYTES)
    writer.u32(0)
    envelopeCodec.write(writer, envelope)
    writer.setU32(0, writer.length - LENGTH_BYTES)
    const bytes = writer.view()
    const isRaw = this.#raw?.takes(bytes, LENGTH_BYTES, bytes.length) === true
    const own = isRaw ? null : [decode(envelopeCodec, bytes.subarray(LENGTH_BYTES))]
    this.#push(new Group({ count: 1, bytes }, own, answer))
  }

  /** Queues encoded commands, all or none. Throws as `put`. */
  putBatch(batch: RecordBatch, answer: Answer): void {
    this.#mustHaveRoom()
    const { bytes } = batch
    const raw = this.#raw
    let envelopes: (Envelope | null)[] | null = null
    let index = 0
    visitRecords(batch, (from, until) => {
      if (raw?.takes(bytes, from, until) !== true) {
        envelopes ??= Array.from({ length: batch.count }, () => null)
        envelopes[index] = decode(envelopeCodec, bytes.subarray(from, until))
      }
      index++
    })
    if (index > 0) this.#push(new Group(batch, envelopes, answer))
    else queueMicrotask(() => answer(new Group(batch, null, answer)))
  }

  /** The group whose next command is now taken; null when nothing waits. */
  take(): Group | null {
    const first = this.#waiting[this.#head]
    if (first === undefined || first === null) return null
    if (this.#raw !== null && first.count > 1) first.lookAhead(this.#raw)
    first.take()
    this.#size--
    if (first.left === 0) this.#drop(first)
    return first
  }

  /** Empties the queue; the groups that were in it. */
  clear(): readonly Group[] {
    const groups = this.#waiting.slice(this.#head).filter((each) => each !== null)
    this.#waiting = []
    this.#head = 0
    this.#size = 0
    this.#bytes = 0
    return groups
  }

  #push(group: Group): void {
    this.#size += group.count
    this.#bytes += group.bytes.length
    this.#waiting.push(group)
  }

  #drop(first: Group): void {
    this.#waiting[this.#head++] = null
    this.#bytes -= first.bytes.length
    if (this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
  }

  #mustHaveRoom(): void {
    if (this.#size < this.#limit && this.#bytes < this.#limitBytes) return
    throw new Fault('RATE_LIMITED', { facts: { limit: this.#limit } })
  }
}
