import { decode, fail, Writer } from '../kernel/index.ts'
import {
  envelope as envelopeCodec,
  Fault,
  type Outcome,
  type RecordBatch,
} from '../messages/index.ts'
import { beginEvent, endEvent, resultHashFrom, viewOf, writeOutcome } from './seal.ts'
import { AHEAD, type RawDoor, type StateMachine } from './state-machine.ts'

const HASH_BYTES = 8
/** before each record of a batch */
const LENGTH_BYTES = 4
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
  /** end of the last record that the raw door was told of */
  #aheadUntil = 0

  constructor(machine: StateMachine) {
    this.machine = machine
  }

  /**
   * Executes the record in `bytes` from `from` to `until`, which stands at `seq`, and keeps its event
   * record. The outcome is null for a command of the raw door. Throws Fault REPLAY_MISMATCH when it
   * differs from the first time.
   */
  step(seq: number, bytes: Uint8Array, from: number, until: number): Outcome | null {
    this.peek(seq, bytes, from)
    const envelope = { bytes, view: this.#view, from: this.#at, until: until - HASH_BYTES }
    const at = beginEvent(this.#events, seq, this.timeUs, envelope)
    const outcome = this.#execute(seq, bytes, until)
    endEvent(this.#events, at)
    this.#count++
    return outcome
  }

  /** As `step`, and keeps nothing. */
  check(seq: number, bytes: Uint8Array, from: number, until: number): Outcome | null {
    this.peek(seq, bytes, from)
    const at = this.#events.length
    const outcome = this.#execute(seq, bytes, until)
    this.#events.cut(at)
    return outcome
  }

  /** Looks at the seq and the time of a record, and executes nothing. */
  peek(seq: number, bytes: Uint8Array, from: number): void {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#view = viewOf(bytes)
      this.#aheadUntil = 0
    }
    this.#at = from
    const found = this.#varint()
    if (found !== seq) fail(`record ${found} at ${seq}`)
    this.timeUs = this.#varint()
  }

  /** The event records since the last call, as a copy. */
  takeEvents(): RecordBatch {
    const taken =
      this.#count === 0 ? NO_RECORDS : { count: this.#count, bytes: this.#events.finish() }
    this.#events.reset()
    this.#count = 0
    return taken
  }

  /** The record whose envelope begins at `#at`; its outcome goes to the end of the events. */
  #execute(seq: number, bytes: Uint8Array, until: number): Outcome | null {
    const { timeUs, machine } = this
    const { raw } = machine
    const from = this.#at
    const envelopeUntil = until - HASH_BYTES
    const outcomeFrom = this.#events.length
    if (raw !== undefined && until > this.#aheadUntil) this.#lookAhead(raw, bytes, until)
    let outcome: Outcome | null = null
    if (raw?.takes(bytes, from, envelopeUntil) === true) {
      raw.execute(seq, timeUs, bytes, from, envelopeUntil, this.#events)
    } else {
      const envelope = decode(envelopeCodec, bytes.subarray(from, envelopeUntil))
      outcome = machine.execute({ seq, timeUs, envelope })
      writeOutcome(this.#events, outcome)
    }
    this.#mustMatch(seq, outcomeFrom, bytes, until)
    return outcome
  }

  /** Tells the raw door of the commands that come in the records behind this one in its batch. */
  #lookAhead(raw: RawDoor, bytes: Uint8Array, first: number): void {
    let until = first
    for (let left = AHEAD; left > 0 && until + LENGTH_BYTES < bytes.length; left--) {
      this.#at = until + LENGTH_BYTES
      until = this.#at + this.#view.getUint32(until, true)
      if (until > bytes.length) break
      // Its seq and its time.
      this.#skipVarint()
      this.#skipVarint()
      raw.expect?.(bytes, this.#at, until - HASH_BYTES)
    }
    raw.gather?.()
    this.#aheadUntil = until
  }

  #mustMatch(seq: number, outcomeFrom: number, bytes: Uint8Array, until: number): void {
    const { high, low } = this.#events.checksumFrom(outcomeFrom)
    const hash = until - HASH_BYTES
    if (high === this.#view.getUint32(hash) && low === this.#view.getUint32(hash + 4)) return
    const journaled = Buffer.from(bytes.subarray(hash, until)).toString('hex')
    const computed = resultHashFrom(this.#events, outcomeFrom)
    throw new Fault('REPLAY_MISMATCH', { retryable: false, facts: { seq, journaled, computed } })
  }

  #skipVarint(): void {
    while ((this.#bytes[this.#at++] ?? 0) >= 0x80);
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
