import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { programUrl } from '../../kernel/index.ts'
import type { KernelName, TimedRun } from './timed.ts'

/** What a thread is asked to do; rounds count from 1. */
export interface ThreadTask {
  readonly kernel: KernelName
  readonly durationMs: number
  readonly round: number
}

/** Threads that run a kernel together. */
export interface Threads {
  /** Runs the kernel on all threads at once; one result a thread. */
  readonly run: (kernel: KernelName, durationMs: number) => Promise<TimedRun[]>
  readonly close: () => Promise<void>
}

/** Starts `count` threads of the built program `agent/evaluation-worker`. */
export function startThreads(count: number): Threads {
  const gate = new SharedArrayBuffer(4)
  const url = programUrl('agent/evaluation-worker', import.meta.url)
  const workers = Array.from(
    { length: count },
    () => new Worker(url, { workerData: { gate, threads: count } }),
  )
  let round = 0
  return {
    run: async (kernel, durationMs) => {
      round++
      const task: ThreadTask = { kernel, durationMs, round }
      const answers = workers.map(async (worker) => {
        const answer = once(worker, 'message')
        worker.postMessage(task, [])
        const [run] = (await answer) as [TimedRun]
        return run
      })
      return Promise.all(answers)
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
