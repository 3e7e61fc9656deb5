/** `suan server --standby`: follows until it leads. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openStandbyDoor } from '../../api/index.ts'
import {
  openDerivedFiles,
  openSigner,
  startReplica,
  startStandby,
  type Promoted,
} from '../../engine/index.ts'
import { Exchange } from '../../exchange/index.ts'
import { openPostgresFollower, openPostgresLog, type PostgresJournal } from '../../journal/index.ts'
import { Fault } from '../../messages/index.ts'
import type { DataFolder } from './data-folder.ts'
import type { ServerLog } from './log.ts'
import { snapshotsOf } from './start-server.ts'

export interface StandByOptions {
  readonly folder: DataFolder
  readonly host: string
  readonly port: number
  readonly journal: PostgresJournal | null
  readonly log: ServerLog
  readonly onTrouble: (fault: Fault) => void
  /** said once it follows */
  readonly following: () => void
  readonly exit: (why: Error) => void
  /** resolves when it shall stop */
  readonly stopped: Promise<void>
}

/**
 * Resolves with the journal that it has become the writer of, and null when it was stopped before.
 * Throws Fault STANDBY_NEEDS_DATABASE, STANDBY_NEEDS_SECRETS and those of `startStandby`.
 */
export async function standBy(options: StandByOptions): Promise<Promoted | null> {
  const { folder, journal, log, exit } = options
  if (journal === null) throw new Fault('STANDBY_NEEDS_DATABASE', { retryable: false })
  mustHaveSecrets(folder)
  const follower = await openPostgresFollower({ address: journal.address })
  const files = await openDerivedFiles({ directory: folder.root })
  const standby = startStandby({
    ...files,
    log: follower,
    machine: () => new Exchange(),
    signer: openSigner(join(folder.secrets, 'exchange.pem')),
    promote: () => openPostgresLog({ ...journal, onFault: exit }),
    onTrouble: options.onTrouble,
  })
  // A fault before the door is open is heard below.
  standby.promoted.catch(() => {})
  const door = await openStandbyDoor({ ...options, seq: standby.seq })
  const snapshots = snapshotsOf(folder, journal)
  const replica = startReplica({
    engine: { durableSeq: standby.seq },
    snapshotSeq: (await files.snapshots.list())[0]?.seq ?? 0,
    make: () => snapshots.make(),
    report: (result) => {
      if (result instanceof Error) log.error({ err: result }, 'snapshot')
      else log.info(result, 'snapshot')
    },
  })
  options.following()
  try {
    return await Promise.race([standby.promoted, options.stopped.then(() => null)])
  } finally {
    standby.stop()
    await Promise.all([door.close(), replica.stop(), follower.close()])
    await snapshots.close()
    await files.events.close()
  }
}

/** A server that made keys of its own would be another exchange. */
function mustHaveSecrets(folder: DataFolder): void {
  const wanted = ['exchange.pem', 'operator.token'].map((name) => join(folder.secrets, name))
  const missing = [...wanted, join(folder.root, 'token.key')].find((path) => !existsSync(path))
  if (missing === undefined) return
  throw new Fault('STANDBY_NEEDS_SECRETS', { retryable: false, facts: { path: missing } })
}
