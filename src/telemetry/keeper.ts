/** Who keeps the series: a worker thread, or this thread where there are few. */
import { Worker } from 'node:worker_threads'
import { programUrl } from '../kernel/index.ts'
import type { Latest } from './latest.ts'
import type { TelemetryCall, TelemetryReply } from './protocol.ts'
import { Store } from './store.ts'

export interface Keeper {
  readonly send: (call: TelemetryCall) => void
  readonly close: () => Promise<void>
}

/** Opens a keeper that writes to `latest`; `onLost` is called when it can go no further. */
export type OpenKeeper = (
  latest: Latest,
  onReply: (reply: TelemetryReply) => void,
  onLost: (why: Error) => void,
) => Keeper

/** In this thread: for tests, and for a door without a server around it. */
export const inlineKeeper: OpenKeeper = (latest, onReply) => {
  const store = new Store(latest)
  return {
    send: (call) => {
      const answer = store.take(call)
      if (call.kind === 'read' && answer !== null) onReply({ id: call.id, answer })
    },
    close: async () => {},
  }
}

/** In a worker thread: trading does not wait for it. */
export const workerKeeper: OpenKeeper = (latest, onReply, onLost) => {
  const worker = new Worker(programUrl('telemetry/worker', import.meta.url), {
    workerData: latest.buffer,
  })
  let closed = false
  worker.unref()
  worker.on('message', onReply)
  worker.on('error', onLost)
  worker.on('exit', () => {
    if (!closed) onLost(new Error('the telemetry worker ended'))
  })
  return {
    send: (call) => worker.postMessage(call, call.kind === 'samples' ? [call.buffer] : []),
    close: async () => {
      closed = true
      await worker.terminate()
    },
  }
}
