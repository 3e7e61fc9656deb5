/** A journal file made of what an exchange did, without an engine: records as the engine writes them. */
import { checksum64, encode } from '../src/kernel/index.ts'
import { openFileLog } from '../src/journal/index.ts'
import {
  outcome as outcomeCodec,
  packRecords,
  record,
  type Outcome,
} from '../src/messages/index.ts'
import type { Entry } from '../src/engine/index.ts'

/** as many as the engine puts into a batch when it has much to do */
const BATCH = 1_000

export class JournalFile {
  readonly #batches: RecordBatch[] = []
  #records: Uint8Array[] = []

  add(entry: Entry, outcome: Outcome): void {
    const bytes = encode(outcomeCodec, outcome)
    const { high, low } = checksum64(bytes, 0, bytes.length)
    const resultHash = [high, low].map((half) => half.toString(16).padStart(8, '0')).join('')
    this.#records.push(encode(record, { ...entry, resultHash }))
    if (this.#records.length === BATCH) this.#pack()
  }

  /** Writes what was added into a new journal in the folder. */
  async write(directory: string): Promise<void> {
    this.#pack()
    const log = await openFileLog({ directory })
    for (const batch of this.#batches) {
      if (batch.count > 0) await log.append(log.lastSeq + 1, batch)
    }
    await log.close()
  }

  #pack(): void {
    this.#batches.push(packRecords(this.#records))
    this.#records = []
  }
}
