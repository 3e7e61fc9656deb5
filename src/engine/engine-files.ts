import { join } from 'node:path'
import {
  openFileEventLog,
  openFileLog,
  openLiveness,
  openQuarantine,
  openSnapshotStore,
  type Snapshot,
  type SnapshotStore,
} from '../journal/index.ts'
import type { CommandLog, EventLog } from '../messages/index.ts'
import type { EngineOptions } from './start-engine.ts'

export interface EngineFolder {
  /** holds `journal/`, `events/`, `snapshots/`, and beside them `quarantine.json`, `alive`, `clean` */
  readonly directory: string
  /** of the journal; 64 MiB when left out */
  readonly segmentBytes?: number
}

type Files = Pick<EngineOptions, 'log' | 'events' | 'snapshots' | 'quarantine' | 'liveness'>

/** Opens everything that an engine keeps in one folder. Faults are those of the parts. */
export async function openEngineFiles(folder: EngineFolder): Promise<Files> {
  const { directory, segmentBytes } = folder
  const log = await openFileLog({
    directory: join(directory, 'journal'),
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  })
  try {
    return {
      log,
      events: await openFileEventLog({ directory: join(directory, 'events') }),
      snapshots: await openSnapshotStore({ directory: join(directory, 'snapshots') }),
      quarantine: openQuarantine({ directory }),
      liveness: openLiveness({ directory }),
    }
  } catch (error) {
    await log.close()
    throw error
  }
}

/**
 * The durable part of a folder for reading, beside a running engine or without one. The journal is
 * opened last, so that nothing derived from it seems to be ahead of it.
 */
export async function openEngineReader(directory: string): Promise<{
  readonly log: CommandLog
  readonly events: EventLog
  readonly snapshots: readonly Snapshot[]
  readonly store: SnapshotStore
}> {
  const store = await openSnapshotStore({ directory: join(directory, 'snapshots') })
  const snapshots = await store.list()
  const events = await openFileEventLog({ directory: join(directory, 'events'), readOnly: true })
  try {
    const log = await openFileLog({ directory: join(directory, 'journal'), readOnly: true })
    return { log, events, snapshots, store }
  } catch (error) {
    await events.close()
    throw error
  }
}
