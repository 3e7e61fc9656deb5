import { decode, Writer } from '../kernel/index.ts'
import {
  eventRecord as eventRecordCodec,
  visitRecords,
  type EventKind,
  type EventRecord,
  type Outcome,
  type RecordBatch,
  type RecordBytes,
} from '../messages/index.ts'
import {
  beginEvent,
  endEvent,
  eventRecordOf,
  writeOutcome,
  writeRecord,
  type EnvelopeBytes,
} from './seal.ts'
import type { Entry, RawDoor } from './state-machine.ts'

/** Executed commands that become durable together, and who waits for that. */
export class Batch {
  readonly firstSeq: number
  /** called in order once the batch is durable and published, or with why it never will be */
  readonly waiting: ((fault: Error | null) => void)[] = []
  readonly #records: Writer
  readonly #events: Writer
  #count = 0
  /** bounds of each event record, made when one is asked for */
  #bounds: number[] | null = null
  /** the event records that were objects anyway */
  readonly #told: (EventRecord | undefined)[] = []

  /** `records` is empty and this batch's until it is durable; `eventBytes` is a guess. */
  constructor(firstSeq: number, records: Writer, eventBytes: number) {
    this.firstSeq = firstSeq
    this.#records = records
    this.#events = new Writer(eventBytes)
  }

  get count(): number {
    return this.#count
  }
  /** of the journal records */
  get size(): number {
    return this.#records.length
  }
  get records(): RecordBatch {
    return { count: this.count, bytes: this.#records.view() }
  }
  get events(): RecordBatch {
    return { count: this.count, bytes: this.#events.view() }
  }

  /** The buffer of the journal records, for another batch: this one is durable. */
  takeRecords(): Writer {
    this.#records.reset()
    return this.#records
  }

  /**
   * Who waits, and forgets them: a group that reaches into the next batch holds this one, and each
   * batch would keep the one before it for ever.
   */
  takeWaiting(): readonly ((fault: Error | null) => void)[] {
    return this.waiting.splice(0)
  }

  /** Adds an executed command; returns its place in the batch. */
  add(entry: Entry, envelope: EnvelopeBytes, outcome: Outcome): number {
    const { seq, timeUs } = entry
    const at = beginEvent(this.#events, seq, timeUs, envelope)
    const from = this.#events.length
    writeOutcome(this.#events, outcome)
    this.#told[this.count] = eventRecordOf(entry, outcome)
    return this.#end(seq, timeUs, envelope, at, from)
  }

  /** Executes a command through the raw door and adds it; returns its place in the batch. */
  executeRaw(raw: RawDoor, seq: number, timeUs: number, envelope: EnvelopeBytes): number {
    const { bytes, from, until } = envelope
    const at = beginEvent(this.#events, seq, timeUs, envelope)
    const outcomeFrom = this.#events.length
    raw.execute(seq, timeUs, bytes, from, until, this.#events)
    return this.#end(seq, timeUs, envelope, at, outcomeFrom)
  }

  eventRecord(place: number): EventRecord {
    const told = this.#told[place]
    if (told !== undefined) return told
    const { bytes, from, until } = this.eventBytes(place)
    const record = decode(eventRecordCodec, bytes.subarray(from, until))
    this.#told[place] = record
    return record
  }
  /** The same, as it is encoded. */
  eventBytes(place: number): RecordBytes {
    const { events } = this
    this.#bounds ??= boundsOf(events)
    return {
      bytes: events.bytes,
      from: this.#bounds[2 * place]!,
      until: this.#bounds[2 * place + 1]!,
    }
  }
  eventRecords(): EventRecord[] {
    return Array.from({ length: this.#count }, (_, place) => this.eventRecord(place))
  }

  /** May one of the events be of these kinds? `rawKinds` as for `Fanout.publish`. */
  mayHold(kinds: ReadonlySet<EventKind>, rawKinds: ReadonlySet<EventKind> | undefined): boolean {
    for (let place = 0; place < this.#count; place++) {
      const told = this.#told[place]
      if (told === undefined) {
        // One of the raw door stands for all of them.
        if (rawKinds === undefined || [...kinds].some((kind) => rawKinds.has(kind))) return true
      } else if (told.outcome.events.some(({ kind }) => kinds.has(kind))) return true
    }
    return false
  }

  #end(seq: number, timeUs: number, envelope: EnvelopeBytes, at: number, from: number): number {
    writeRecord(this.#records, seq, timeUs, envelope, this.#events, from)
    endEvent(this.#events, at)
    return this.#count++
  }
}

function boundsOf(batch: RecordBatch): number[] {
  const bounds: number[] = []
  visitRecords(batch, (from, until) => bounds.push(from, until))
  return bounds
}
