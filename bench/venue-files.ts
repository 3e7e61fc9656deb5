/** Journal and event log made of what an exchange did, without an engine, as the engine writes them. */
import { join } from 'node:path'
import { checksum64, encode } from '../src/kernel/index.ts'
import { openFileEventLog, openFileLog } from '../src/journal/index.ts'
import {
  eventRecord,
  outcome as outcomeCodec,
  packRecords,
  record,
  type CommandLog,
  type EventLog,
  type Outcome,
} from '../src/messages/index.ts'
import type { Entry } from '../src/engine/index.ts'

/** as many as the engine puts into a batch when it has much to do */
const BATCH = 4_000

export class VenueFiles {
  readonly #log: CommandLog
  readonly #events: EventLog
  #records: Uint8Array[] = []
  #told: Uint8Array[] = []

  private constructor(log: CommandLog, events: EventLog) {
    this.#log = log
    this.#events = events
  }
  /** In a new folder of an engine. */
  static async open(folder: string): Promise<VenueFiles> {
    const log = await openFileLog({ directory: join(folder, 'journal') })
    return new VenueFiles(log, await openFileEventLog({ directory: join(folder, 'events') }))
  }

  /** hex chain hash after what was flushed */
  get headHash(): string {
    return this.#log.headHash
  }
  /** Is there enough to write that a flush is worth it? */
  get isFull(): boolean {
    return this.#records.length >= BATCH
  }

  add(entry: Entry, outcome: Outcome): void {
    const { seq, timeUs, envelope } = entry
    const { account, key, id: command } = envelope
    const bytes = encode(outcomeCodec, outcome)
    const { high, low } = checksum64(new DataView(bytes.buffer, bytes.byteOffset), 0, bytes.length)
    const resultHash = [high, low].map((half) => half.toString(16).padStart(8, '0')).join('')
    this.#records.push(encode(record, { ...entry, resultHash }))
    const commandKind = envelope.command.kind
    const told = { seq, timeUs, account, key, command, commandKind, outcome }
    this.#told.push(encode(eventRecord, told))
  }

  /** Writes what was added. */
  async flush(): Promise<void> {
    const firstSeq = this.#log.lastSeq + 1
    if (this.#records.length === 0) return
    await this.#log.append(firstSeq, packRecords(this.#records))
    this.#events.append(firstSeq, packRecords(this.#told))
    await this.#events.flush()
    this.#records = []
    this.#told = []
  }
  async close(): Promise<void> {
    await this.flush()
    await this.#events.close()
    await this.#log.close()
  }
}
