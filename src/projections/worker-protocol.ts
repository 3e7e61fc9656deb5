/** What passes between the exchange's thread and the worker of the read models. */
import type { EventBatch } from '../messages/index.ts'
import type { Facts } from './compare.ts'
import type { PostgresOptions } from './postgres.ts'
import type { ReadName } from './reads.ts'
import type { ReadArgs } from './store.ts'

export type WorkerTask =
  | { readonly task: 'create'; readonly folder: string }
  | { readonly task: 'open'; readonly folder: string }
  | { readonly task: 'postgres'; readonly options: PostgresOptions }

export type WorkerCall =
  | { readonly method: 'progress' | 'close' }
  | {
      readonly method: 'apply'
      readonly afterSeq: number
      readonly batch: EventBatch
    }
  | { readonly method: 'read'; readonly name: ReadName; readonly args: ReadArgs<ReadName> }
  | { readonly method: 'compare'; readonly facts: Facts }

/** The answer to the one call under way; the first message says that the task was begun or done. */
export interface WorkerAnswer {
  readonly value?: unknown
  readonly error?: unknown
  /** SQLSTATE or code of a Fault */
  readonly code?: unknown
}
