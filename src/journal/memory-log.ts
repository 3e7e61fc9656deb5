import { assert, toHex } from '../kernel/index.ts'
import type { CommandLog, RecordBatch, StoredBatch } from '../messages/index.ts'
import { CHAIN_START, chainHash } from './chain.ts'

/**
 * A journal in memory, for tests and simulations. `kept` holds the batches: opening again with the
 * same array is the same journal after a restart.
 */
export async function openMemoryLog(kept: RecordBatch[] = []): Promise<CommandLog> {
  return new MemoryLog(kept)
}

class MemoryLog implements CommandLog {
  readonly #batches: RecordBatch[]
  #lastSeq = 0
  #hash: Uint8Array = CHAIN_START

  constructor(kept: RecordBatch[]) {
    this.#batches = kept
    for (const batch of kept) this.#advance(batch)
  }

  get lastSeq(): number {
    return this.#lastSeq
  }
  get headHash(): string {
    return toHex(this.#hash)
  }

  async append(firstSeq: number, batch: RecordBatch): Promise<void> {
    assert(firstSeq === this.#lastSeq + 1 && batch.count > 0, `append at ${firstSeq}`)
    this.#batches.push({ count: batch.count, bytes: batch.bytes.slice() })
    this.#advance(batch)
  }

  async *read(fromSeq: number): AsyncIterable<StoredBatch> {
    let firstSeq = 1
    let hash: Uint8Array = CHAIN_START
    // A copy: what is appended meanwhile is for the next reader.
    const batches = this.#batches.slice()
    for (const records of batches) {
      hash = chainHash(hash, records.bytes)
      if (firstSeq + records.count > fromSeq) yield { firstSeq, records, headHash: toHex(hash) }
      firstSeq += records.count
    }
  }

  async close(): Promise<void> {}

  #advance(batch: RecordBatch): void {
    this.#lastSeq += batch.count
    this.#hash = chainHash(this.#hash, batch.bytes)
  }
}
