import { join } from 'node:path'
import {
  openFileEventLog,
  openFileLog,
  openLiveness,
  openPostgresFollower,
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
  /** of the journal and the event log; their own sizes when left out */
  readonly segmentBytes?: number
  /** opens a journal that is kept elsewhere than in `journal/` */
  readonly openLog?: () => Promise<CommandLog>
}

type Files = Pick<EngineOptions, 'log' | 'events' | 'snapshots' | 'quarantine' | 'liveness'>
/** What an engine keeps beside its journal. */
export type DerivedFiles = Omit<Files, 'log'>

/** Opens everything that an engine keeps in one folder. Faults are those of the parts. */
export async function openEngineFiles(folder: EngineFolder): Promise<Files> {
  const { directory } = folder
  const inFiles = () => openFileLog({ directory: join(directory, 'journal'), ...sizeOf(folder) })
  const log = await (folder.openLog ?? inFiles)()
  try {
    return { log, ...(await openDerivedFiles(folder)) }
  } catch (error) {
    await log.close()
    throw error
  }
}

/** The same without the journal, for a standby that is not its writer yet. */
export async function openDerivedFiles(folder: EngineFolder): Promise<DerivedFiles> {
  const { directory } = folder
  return {
    events: await openFileEventLog({ directory: join(directory, 'events'), ...sizeOf(folder) }),
    snapshots: await openSnapshotStore({ directory: join(directory, 'snapshots') }),
    quarantine: openQuarantine({ directory }),
    liveness: openLiveness({ directory }),
  }
}

function sizeOf({ segmentBytes }: EngineFolder): { readonly segmentBytes?: number } {
  return segmentBytes === undefined ? {} : { segmentBytes }
}

/**
 * The durable part of a folder for reading, beside a running engine or without one. The journal is
 * opened last, so that nothing derived from it seems to be ahead of it. `journal` is the address of one
 * in PostgreSQL, read to its visible end when `everything` is set, else to what may be applied.
 */
export async function openEngineReader(
  directory: string,
  journal: string | null = null,
  everything = false,
): Promise<{
  readonly log: CommandLog
  readonly events: EventLog
  readonly snapshots: readonly Snapshot[]
  readonly store: SnapshotStore
}> {
  const store = await openSnapshotStore({ directory: join(directory, 'snapshots') })
  const snapshots = await store.list()
  const events = await openFileEventLog({ directory: join(directory, 'events'), readOnly: true })
  try {
    const log = await openLogReader(directory, journal, everything)
    return { log, events, snapshots, store }
  } catch (error) {
    await events.close()
    throw error
  }
}

/** The journal alone, for reading. Throws what the journal's own opening does. */
export function openLogReader(
  directory: string,
  journal: string | null,
  everything: boolean,
): Promise<CommandLog> {
  return journal === null
    ? openFileLog({ directory: join(directory, 'journal'), readOnly: true })
    : openPostgresFollower({ address: journal, everything })
}
