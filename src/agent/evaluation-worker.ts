/** Worker thread of the evaluation: runs a kernel at the same moment as its fellow threads. */
import { parentPort, workerData } from 'node:worker_threads'
import type { ThreadTask } from './evaluate/threads.ts'
import { timedKernel, type KernelName } from './evaluate/timed.ts'

const { gate, threads } = workerData as { gate: SharedArrayBuffer; threads: number }
const arrived = new Int32Array(gate)
const kernels = { integer: timedKernel('integer'), dgemm: timedKernel('dgemm') } satisfies Record<
  KernelName,
  unknown
>

parentPort?.on('message', (task: ThreadTask) => {
  const run = kernels[task.kernel]
  if (Atomics.add(arrived, 0, 1) + 1 === threads * task.round) Atomics.notify(arrived, 0)
  for (;;) {
    const seen = Atomics.load(arrived, 0)
    if (seen >= threads * task.round) break
    Atomics.wait(arrived, 0, seen, 100)
  }
  parentPort?.postMessage(run(task.durationMs), [])
})
