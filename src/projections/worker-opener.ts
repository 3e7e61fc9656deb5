/** Databases in worker threads of this process. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { programUrl } from '../kernel/index.ts'
import type { Opener } from './folder-home.ts'
import { WorkerStore, type WorkerLimits } from './worker-store.ts'
import type { WorkerAnswer, WorkerTask } from './worker-protocol.ts'

/** so that what a batch makes is gone before anybody copies it: garbage was a quarter of the work */
const YOUNG_MIB = 96
export const LIMITS: WorkerLimits = { readMs: 15_000, writeMs: 120_000 }

/**
 * Opens folders in worker threads. A database is made in a worker of its own that ends afterwards:
 * making one takes over 0.8 GB of memory, an open one 0.3 GB.
 */
export function workerOpener(limits: WorkerLimits = LIMITS): Opener {
  return {
    async create(folder, stop) {
      const worker = await beginWorker({ task: 'create', folder }, stop)
      await worker.terminate()
    },
    async open(folder, stop) {
      return new WorkerStore(await beginWorker({ task: 'open', folder }, stop), limits)
    },
  }
}

/** Starts a worker and waits for its first word; rejects with its error when there is none. */
export async function beginWorker(task: WorkerTask, stop: AbortSignal): Promise<Worker> {
  stop.throwIfAborted()
  const worker = new Worker(programUrl('projections/worker', import.meta.url), {
    workerData: task,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  })
  const ended = once(worker, 'exit').then(() => {
    throw new Error(`the worker ended before its database was open`)
  })
  ended.catch(() => undefined)
  const terminate = () => void worker.terminate()
  stop.addEventListener('abort', terminate)
  const first = Promise.race([once(worker, 'message'), ended])
  const [answer] = (await first.finally(() => stop.removeEventListener('abort', terminate))) as [
    WorkerAnswer,
  ]
  if (answer.error !== undefined) throw answer.error
  return worker
}
