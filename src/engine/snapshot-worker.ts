import { Worker } from 'node:worker_threads'
import type { SnapshotMade } from './make-snapshot.ts'

/** A state that is as large as the exchange's own is kept so long after a snapshot, for the next one. */
const KEPT_MS = 30_000

export interface SnapshotThread {
  /**
   * Makes one snapshot; one at a time. Rejects with what the thread threw; the message of a Fault is
   * its code.
   */
  make(): Promise<SnapshotMade | null>
  close(): Promise<void>
}

/**
 * Makes snapshots in the built `replica-worker`, found at `script`, over the files of an engine's folder
 * and the journal there, or the one in PostgreSQL at the address `journal`. Under load, when one follows
 * the other, the thread stays: a new one would read the last snapshot and compile everything again.
 */
export function snapshotThread(
  directory: string,
  script: URL,
  journal: string | null = null,
): SnapshotThread {
  let kept: Worker | null = null
  let timer: NodeJS.Timeout | undefined
  const end = async (): Promise<void> => {
    clearTimeout(timer)
    const worker = kept
    kept = null
    await worker?.terminate()
  }
  return {
    async make() {
      clearTimeout(timer)
      kept ??= new Worker(script, { workerData: { directory, journal } })
      try {
        const made = await madeBy(kept)
        timer = setTimeout(() => void end(), KEPT_MS)
        timer.unref()
        return made
      } catch (error) {
        await end()
        throw error
      }
    },
    close: end,
  }
}

/** One snapshot, in a thread that ends with it. As `SnapshotThread.make`. */
export async function snapshotInWorker(
  directory: string,
  script: URL,
  journal: string | null = null,
): Promise<SnapshotMade | null> {
  const thread = snapshotThread(directory, script, journal)
  try {
    return await thread.make()
  } finally {
    await thread.close()
  }
}

function madeBy(worker: Worker): Promise<SnapshotMade | null> {
  return new Promise((resolve, reject) => {
    const ended = (code: number): void => {
      reject(new Error(`the snapshot worker ended with code ${code}`))
    }
    worker.once('message', (made: SnapshotMade | null) => {
      worker.off('error', reject)
      worker.off('exit', ended)
      resolve(made)
    })
    worker.once('error', reject)
    worker.once('exit', ended)
    worker.postMessage(null, [])
  })
}
