/**
 * A thread of its own (built to dist/engine/replica-worker.js): makes a snapshot from the durable
 * journal of a folder whenever it is told to, and answers with what it made. The running exchange is not
 * touched. What fails ends it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { giveWay } from '../disk/index.ts'
import { Exchange } from '../exchange/index.ts'
import { openEngineReader } from './engine-files.ts'
import { SnapshotMaker, type SnapshotMade } from './make-snapshot.ts'

const { directory, journal } = workerData as { directory: string; journal: string | null }
giveWay()
const maker = new SnapshotMaker()
parentPort?.on('message', () => {
  // A rejection that nobody catches ends the thread with its error.
  void make().then((made) => parentPort?.postMessage(made, []))
})

async function make(): Promise<SnapshotMade | null> {
  const reader = await openEngineReader(directory, journal)
  try {
    return await maker.make({
      log: reader.log,
      snapshots: reader.store,
      machine: () => new Exchange(),
    })
  } finally {
    await reader.events.close()
    await reader.log.close()
  }
}
