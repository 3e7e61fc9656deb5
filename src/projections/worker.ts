/** The worker: one database, asked by messages one at a time. Built as a program of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import { giveWay } from '../disk/index.ts'
import { assert } from '../kernel/index.ts'
import { inlineOpener } from './inline-opener.ts'
import { inlineWriter } from './postgres-writer.ts'
import type { Store } from './store.ts'
import type { WorkerAnswer, WorkerCall, WorkerTask } from './worker-protocol.ts'

const port = parentPort
assert(port !== null, 'this program is a worker')
const task = workerData as WorkerTask
/** This thread is ended from outside. */
const never = new AbortController().signal
giveWay()

if (task.task === 'create') {
  await inlineOpener.create(task.folder, never)
  answer({ value: null })
  port.close()
} else {
  const store =
    task.task === 'open'
      ? await inlineOpener.open(task.folder, never)
      : await inlineWriter(task.options, never)
  port.on('message', (call: WorkerCall) => void serve(store, call))
  answer({ value: null })
}

async function serve(store: Store, call: WorkerCall): Promise<void> {
  try {
    answer({ value: await perform(store, call) })
  } catch (error) {
    answer({ error })
  }
  if (call.method === 'close') port?.close()
}

function perform(store: Store, call: WorkerCall): Promise<unknown> {
  switch (call.method) {
    case 'progress':
      return store.progress()
    case 'apply':
      return store.apply(call.afterSeq, call.batch)
    case 'read':
      return store.read(call.name, call.args)
    case 'compare':
      return store.compare(call.facts)
    case 'close':
      return store.close()
  }
}

/** Errors keep their SQLSTATE, which a structured clone would drop. */
function answer(message: WorkerAnswer): void {
  const { error } = message
  const code = (error as { code?: unknown } | undefined)?.code
  port?.postMessage(error === undefined ? message : { error, code })
}
