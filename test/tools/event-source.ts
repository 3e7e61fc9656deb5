import { encode } from '../../src/kernel/index.ts'
import {
  eventRecord,
  packRecords,
  type EngineDoor,
  type EventBatch,
  type EventRecord,
} from '../../src/messages/index.ts'

/** The encoded records. */
export function batchOf(records: readonly EventRecord[]): EventBatch {
  const bytes = records.map((record) => encode(eventRecord, record))
  return { firstSeq: records[0]?.seq ?? 1, records: packRecords(bytes) }
}

const PIECE = 70

/** The engine's door as consumers of events see it, over records that a test appends. */
export class EventSourceOf implements Pick<EngineDoor, 'durableSeq' | 'onAdvance' | 'events'> {
  readonly #records: EventRecord[] = []
  readonly #listeners = new Set<(seq: number) => void>()

  append(records: readonly EventRecord[]): void {
    this.#records.push(...records)
    for (const listener of this.#listeners) listener(this.durableSeq())
  }

  get records(): readonly EventRecord[] {
    return this.#records
  }

  readonly durableSeq = (): number => this.#records.at(-1)?.seq ?? 0

  readonly onAdvance = (listener: (seq: number) => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly events = {
    read: (fromSeq: number): AsyncIterable<EventRecord> => this.#read(fromSeq),
    batches: (fromSeq: number): AsyncIterable<EventBatch> => this.#batches(fromSeq),
    get: async (seq: number): Promise<EventRecord | null> =>
      this.#records.find((record) => record.seq === seq) ?? null,
  }

  async *#read(fromSeq: number): AsyncIterable<EventRecord> {
    const until = this.#records.length
    for (let at = 0; at < until; at += 1) {
      const record = this.#records[at]
      if (record !== undefined && record.seq >= fromSeq) yield record
    }
  }

  /** Pieces that begin and end where it happens, as those of the log do. */
  async *#batches(fromSeq: number): AsyncIterable<EventBatch> {
    const until = this.#records.length
    const first = this.#records.findIndex((record) => record.seq >= fromSeq)
    for (let at = first < 0 ? until : first; at < until; at += PIECE - (at % PIECE)) {
      const from = at - (at % PIECE)
      yield batchOf(this.#records.slice(from, Math.min(from + PIECE, until)))
    }
  }
}
