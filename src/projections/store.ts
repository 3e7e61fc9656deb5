/** What holds the read models: a database in this thread, in a worker, or a server. */
import type { EventBatch } from '../messages/index.ts'
import type { Facts, Difference } from './compare.ts'
import type { ReadName, Reads } from './reads.ts'

/** How far a store has come: the last record applied, its time and its hash (0, 0 and '': nothing yet). */
export interface Progress {
  readonly appliedSeq: number
  readonly appliedTimeUs: number
  readonly appliedHash: string
}

export type ReadArgs<N extends ReadName> = Parameters<Reads[N]>[0]
export type ReadResult<N extends ReadName> = Awaited<ReturnType<Reads[N]>>

/** Calls may overlap. When the store itself is lost, calls reject and `broken` stays true. */
export interface Store {
  readonly broken: boolean
  progress(): Promise<Progress>
  /**
   * Applies the records of the batch that follow `afterSeq`, where the store must stand; all of them
   * or none. The bytes are the store's from here on.
   */
  apply(afterSeq: number, batch: EventBatch): Promise<Progress>
  read<N extends ReadName>(name: N, args: ReadArgs<N>): Promise<ReadResult<N>>
  /** What differs from the facts, at most 100 lines; the facts must be as of `appliedSeq`. */
  compare(facts: Facts): Promise<readonly Difference[]>
  close(): Promise<void>
}
