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

const LENGTH_BYTES = 4
const NO_STARTS = new Uint32Array(0)
const NO_BYTES: Uint8Array = new Uint8Array(0)

/** Executed commands that become durable together, and who waits for that. */
export class Batch {
  readonly firstSeq: number
  /** called in order once the batch is durable and published, or with why it never will be */
  readonly waiting: ((fault: Error | null) => void)[] = []
  readonly #records: Writer
  readonly #events: Writer
  #count = 0
  /** the event records, and where each begins and the last one ends: made when one is asked for */
  #whole: RecordBatch | null = null
  #starts: Uint32Array = NO_STARTS
  /** used again for each that is asked for */
  readonly #asked = { bytes: NO_BYTES, from: 0, until: 0 }
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
  /** The same, as it is encoded; holds until the next call. The batch must be complete. */
  eventBytes(place: number): RecordBytes {
    const asked = this.#asked
    if (this.#whole === null) {
      this.#whole = this.events
      this.#starts = startsOf(this.#whole)
      asked.bytes = this.#whole.bytes
    }
    asked.from = this.#starts[place]! + LENGTH_BYTES
    asked.until = this.#starts[place + 1]!
    return asked
  }
  eventRecords(): EventRecord[] {
    return Array.from({ length: this.#count }, (_, place) => this.eventRecord(place))
  }

  /** May one of the events be of these kinds? `rawKinds` as for `Fanout.publish`. */
  mayHold(kinds: ReadonlySet<EventKind>, rawKinds: ReadonlySet<EventKind> | undefined): boolean {
    const told = this.#told.filter((record) => record !== undefined)
    // What one of the raw door may hold, all of them may.
    const hasRaw = told.length < this.#count
    if (hasRaw && (rawKinds === undefined || [...kinds].some((kind) => rawKinds.has(kind)))) {
      return true
    }
    return told.some(({ outcome }) => outcome.events.some(({ kind }) => kinds.has(kind)))
  }

  #end(seq: number, timeUs: number, envelope: EnvelopeBytes, at: number, from: number): number {
    writeRecord(this.#records, seq, timeUs, envelope, this.#events, from)
    endEvent(this.#events, at)
    return this.#count++
  }
}

/** Where each record begins with its length, and where the last one ends. */
function startsOf(batch: RecordBatch): Uint32Array {
  const starts = new Uint32Array(batch.count + 1)
  let place = 0
  visitRecords(batch, (_, until) => {
    starts[++place] = until
  })
  return starts
}
