import type { EventBatch } from '../messages/index.ts'
import type { Difference, Facts } from './compare.ts'
import type { ReadName } from './reads.ts'
import type { Progress, ReadArgs, ReadResult, Store } from './store.ts'

/** One database with two sides: many questions at a time here, batches by way of another thread. */
export class SplitStore implements Store {
  readonly #reader: Store
  readonly #writer: Store

  constructor(reader: Store, writer: Store) {
    this.#reader = reader
    this.#writer = writer
  }

  get broken(): boolean {
    return this.#reader.broken || this.#writer.broken
  }

  progress(): Promise<Progress> {
    return this.#writer.progress()
  }

  apply(afterSeq: number, batch: EventBatch): Promise<Progress> {
    return this.#writer.apply(afterSeq, batch)
  }

  read<N extends ReadName>(name: N, args: ReadArgs<N>): Promise<ReadResult<N>> {
    return this.#reader.read(name, args)
  }

  compare(facts: Facts): Promise<readonly Difference[]> {
    return this.#reader.compare(facts)
  }

  async close(): Promise<void> {
    await Promise.all([this.#reader.close(), this.#writer.close()])
  }
}
