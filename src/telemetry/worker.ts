/** The worker that keeps the series. Built as a program of its own; it is ended from outside. */
import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../kernel/index.ts'
import { Latest } from './latest.ts'
import type { TelemetryCall, TelemetryReply } from './protocol.ts'
import { Store } from './store.ts'

const port = parentPort
assert(port !== null, 'this program is a worker')
const store = new Store(new Latest(workerData as SharedArrayBuffer))

port.on('message', (call: TelemetryCall) => {
  const answer = store.take(call)
  if (call.kind === 'read' && answer !== null) {
    port.postMessage({ id: call.id, answer } satisfies TelemetryReply)
  }
})
