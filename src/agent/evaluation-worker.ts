/** Worker thread of the evaluation: runs a kernel at the same moment as its fellow threads. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ThreadTask } from './evaluate/threads.ts'
import { timedKernel, type KernelName, type TimedRun } from './evaluate/timed.ts'

const { gate, threads } = workerData as { gate: SharedArrayBuffer; threads: number }
const arrived = new Int32Array(gate)
/** The kernel of the last task: its memory goes when another one comes. */
let last: { readonly name: KernelName; readonly run: (durationMs: number) => TimedRun } | null =
  null

parentPort?.on('message', (task: ThreadTask) => {
  if (last?.name !== task.kernel) last = { name: task.kernel, run: timedKernel(task.kernel) }
  if (Atomics.add(arrived, 0, 1) + 1 === threads * task.round) Atomics.notify(arrived, 0)
  for (;;) {
    const seen = Atomics.load(arrived, 0)
    if (seen >= threads * task.round) break
    Atomics.wait(arrived, 0, seen, 100)
  }
  parentPort?.postMessage(last.run(task.durationMs), [])
})
