import { assert, decode } from '../kernel/index.ts'
import {
  eventRecord,
  packRecords,
  unpackRecords,
  type EventBatch,
  type EventLog,
  type EventRecord,
  type RecordBatch,
} from '../messages/index.ts'

/** so many records are given at a time */
const PIECE = 1_000

/**
 * An event log in memory, for tests and simulations. `kept` holds the encoded records: opening again
 * with the same array is the same log after a restart.
 */
export async function openMemoryEventLog(kept: Uint8Array[] = []): Promise<EventLog> {
  return new MemoryEventLog(kept)
}

class MemoryEventLog implements EventLog {
  readonly pendingBytes = 0
  readonly #records: Uint8Array[]

  constructor(kept: Uint8Array[]) {
    this.#records = kept
  }

  get lastSeq(): number {
    return this.#records.length
  }

  append(firstSeq: number, batch: RecordBatch): void {
    assert(firstSeq === this.lastSeq + 1, `event record ${firstSeq} after ${this.lastSeq}`)
    for (const bytes of unpackRecords(batch)) this.#records.push(bytes.slice())
  }

  async flush(): Promise<void> {}

  async *read(fromSeq: number): AsyncIterable<EventRecord> {
    const lastSeq = this.lastSeq
    for (let seq = Math.max(fromSeq, 1); seq <= lastSeq; seq++) {
      yield decode(eventRecord, this.#records[seq - 1]!)
    }
  }

  async *batches(fromSeq: number): AsyncIterable<EventBatch> {
    const { lastSeq } = this
    for (let seq = Math.max(fromSeq, 1); seq <= lastSeq; seq += PIECE) {
      const until = Math.min(seq + PIECE - 1, lastSeq)
      yield { firstSeq: seq, records: packRecords(this.#records.slice(seq - 1, until)) }
    }
  }

  async get(seq: number): Promise<EventRecord | null> {
    const bytes = this.#records[seq - 1]
    return bytes === undefined ? null : decode(eventRecord, bytes)
  }

  async truncate(afterSeq: number): Promise<void> {
    this.#records.length = Math.min(this.#records.length, afterSeq)
  }

  async close(): Promise<void> {}
}
