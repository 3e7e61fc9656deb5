import { assert, toHex } from '../kernel/index.ts'
import type { CommandLog } from '../messages/index.ts'
import { CHAIN_START, chainAll } from './chain.ts'

/**
 * A journal in memory, for tests and simulations. `kept` holds the records: opening again with the
 * same array is the same journal after a restart.
 */
export async function openMemoryLog(kept: Uint8Array[] = []): Promise<CommandLog> {
  return new MemoryLog(kept)
}

class MemoryLog implements CommandLog {
  readonly #records: Uint8Array[]
  #hash: Uint8Array

  constructor(kept: Uint8Array[]) {
    this.#records = kept
    this.#hash = chainAll(CHAIN_START, kept)
  }

  get lastSeq(): number {
    return this.#records.length
  }
  get headHash(): string {
    return toHex(this.#hash)
  }

  async append(firstSeq: number, records: readonly Uint8Array[]): Promise<void> {
    assert(firstSeq === this.lastSeq + 1 && records.length > 0, `append at ${firstSeq}`)
    this.#hash = chainAll(this.#hash, records)
    for (const record of records) this.#records.push(record.slice())
  }

  async *read(fromSeq: number): AsyncIterable<{ seq: number; bytes: Uint8Array }> {
    const lastSeq = this.lastSeq
    for (let seq = Math.max(fromSeq, 1); seq <= lastSeq; seq++) {
      yield { seq, bytes: this.#records[seq - 1]! }
    }
  }

  async close(): Promise<void> {}
}
