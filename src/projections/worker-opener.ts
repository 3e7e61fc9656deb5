/** PGlite in worker threads of this process. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { programUrl } from '../kernel/index.ts'
import type { Opener } from './folder-home.ts'
import { WorkerStore, type WorkerLimits } from './worker-store.ts'
import type { WorkerAnswer, WorkerTask } from './worker-protocol.ts'

const LIMITS: WorkerLimits = { readMs: 15_000, writeMs: 120_000 }

/**
 * Opens folders in worker threads. A database is made in a worker of its own that ends afterwards:
 * making one takes over 0.8 GB of memory, an open one 0.3 GB.
 */
export function workerOpener(limits: WorkerLimits = LIMITS): Opener {
  return {
    async create(folder) {
      const worker = await begin({ task: 'create', folder })
      await worker.terminate()
    },
    async open(folder) {
      return new WorkerStore(await begin({ task: 'open', folder }), limits)
    },
  }
}

/** Starts a worker and waits for its first word; rejects with its error when there is none. */
async function begin(task: WorkerTask): Promise<Worker> {
  const worker = new Worker(programUrl('projections/worker', import.meta.url), { workerData: task })
  const ended = once(worker, 'exit').then(() => {
    throw new Error(`the worker ended before the folder was open`)
  })
  const [answer] = (await Promise.race([once(worker, 'message'), ended])) as [WorkerAnswer]
  ended.catch(() => undefined)
  if (answer.error !== undefined) throw answer.error
  return worker
}
