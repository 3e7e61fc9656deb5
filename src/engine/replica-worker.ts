/**
 * A thread of its own (built to dist/engine/replica-worker.js): makes one snapshot from the durable
 * journal of a folder, answers with what it made, and ends. The running exchange is not touched.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { giveWay } from '../disk/index.ts'
import { Exchange } from '../exchange/index.ts'
import { openEngineReader } from './engine-files.ts'
import { makeSnapshot } from './make-snapshot.ts'

const { directory, journal } = workerData as { directory: string; journal: string | null }
giveWay()
const reader = await openEngineReader(directory, journal)
try {
  const made = await makeSnapshot({
    log: reader.log,
    snapshots: reader.store,
    machine: () => new Exchange(),
  })
  parentPort?.postMessage(made, [])
} finally {
  await reader.events.close()
  await reader.log.close()
}
