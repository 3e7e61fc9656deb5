/** Who writes batches into a PostgreSQL: this thread, or a worker. */
import { openPostgres, type PostgresOptions } from './postgres.ts'
import { SqlStore } from './sql-store.ts'
import type { Store } from './store.ts'
import { beginWorker, LIMITS } from './worker-opener.ts'
import { WorkerStore } from './worker-store.ts'

/** Opens a store for `progress` and `apply` alone; `stop` ends a worker that is not open yet. */
export type PostgresWriter = (options: PostgresOptions, stop: AbortSignal) => Promise<Store>

/** A batch is one transaction at a time. */
const ONE = { connections: 1 }

/** In this very thread: for tests and for tools that have nothing else to do. */
export const inlineWriter: PostgresWriter = async (options) =>
  new SqlStore(openPostgres({ ...options, ...ONE }), { oneAtATime: true })

/** In a worker: decoding a batch and writing its rows as text takes nothing from the exchange. */
export const workerWriter: PostgresWriter = async (options, stop) => {
  const task = { task: 'postgres', options: { ...options, ...ONE } } as const
  return new WorkerStore(await beginWorker(task, stop), LIMITS)
}
