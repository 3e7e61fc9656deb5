import { assert, decode, Writer } from '../kernel/index.ts'
import {
  envelope as envelopeCodec,
  Fault,
  type Outcome,
  type RecordBatch,
} from '../messages/index.ts'
import { beginEvent, endEvent, resultHashFrom, viewOf, writeOutcome } from './seal.ts'
import type { StateMachine } from './state-machine.ts'

const HASH_BYTES = 8
const NO_RECORDS: RecordBatch = { count: 0, bytes: new Uint8Array(0) }

/** Executes journal records again, checks their result hashes and keeps their event records. */
export class Replay {
  readonly machine: StateMachine
  /** time of the last record, in microseconds; 0 before the first */
  timeUs = 0
  readonly #events = new Writer()
  #count = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #view = viewOf(this.#bytes)
  #at = 0

  constructor(machine: StateMachine) {
    this.machine = machine
  }

  /**
   * Executes the record in `bytes` from `from` to `until`, which stands at `seq`. The outcome is null
   * for a command of the raw door. Throws Fault REPLAY_MISMATCH when it differs from the first time.
   */
  step(seq: number, bytes: Uint8Array, from: number, until: number): Outcome | null {
    this.peek(seq, bytes, from)
    const { timeUs } = this
    const envelope = { bytes, view: this.#view, from: this.#at, until: until - HASH_BYTES }
    const at = beginEvent(this.#events, seq, timeUs, envelope)
    const outcomeFrom = this.#events.length
    const { raw } = this.machine
    let outcome: Outcome | null = null
    if (raw?.takes(bytes, envelope.from, envelope.until) === true) {
      raw.execute(seq, timeUs, bytes, envelope.from, envelope.until, this.#events)
    } else {
      const value = decode(envelopeCodec, bytes.subarray(envelope.from, envelope.until))
      outcome = this.machine.execute({ seq, timeUs, envelope: value })
      writeOutcome(this.#events, outcome)
    }
    this.#check(seq, outcomeFrom, bytes, until)
    endEvent(this.#events, at)
    this.#count++
    return outcome
  }

  /** Looks at the seq and the time of a record, and executes nothing. */
  peek(seq: number, bytes: Uint8Array, from: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#view = viewOf(bytes)
    }
    this.#at = from
    const found = this.#varint()
    assert(found === seq, `record ${found} at ${seq}`)
    this.timeUs = this.#varint()
  }

  /** The event records since the last call, as a copy. */
  takeEvents(): RecordBatch {
    const taken =
      this.#count === 0 ? NO_RECORDS : { count: this.#count, bytes: this.#events.finish() }
    this.dropEvents()
    return taken
  }
  dropEvents(): void {
    this.#events.reset()
    this.#count = 0
  }

  #check(seq: number, outcomeFrom: number, bytes: Uint8Array, until: number): void {
    const { high, low } = this.#events.checksumFrom(outcomeFrom)
    const hash = until - HASH_BYTES
    if (high === this.#view.getUint32(hash) && low === this.#view.getUint32(hash + 4)) return
    const journaled = Buffer.from(bytes.subarray(hash, until)).toString('hex')
    const computed = resultHashFrom(this.#events, outcomeFrom)
    throw new Fault('REPLAY_MISMATCH', { retryable: false, facts: { seq, journaled, computed } })
  }

  #varint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.#bytes[this.#at++] ?? 0
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
  }
}
