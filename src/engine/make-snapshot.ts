import { visitRecords, type CommandLog } from '../messages/index.ts'
import type { SnapshotStore } from '../journal/index.ts'
import { loadNewest } from './load-newest.ts'
import { ownSnapshots } from './own-snapshots.ts'
import { Replay } from './replay.ts'
import type { StateMachine } from './state-machine.ts'

export interface SnapshotParts {
  /** opened for reading; it may end where the running engine had written at that time */
  readonly log: CommandLog
  readonly snapshots: SnapshotStore
  readonly machine: () => StateMachine
}

/** What one snapshot took. */
export interface SnapshotMade {
  readonly seq: number
  /** records replayed since the snapshot before */
  readonly records: number
  readonly bytes: number
}

/**
 * Replays the durable journal from the newest snapshot and saves the state at its end, checking every
 * result hash on the way. null when there is nothing new. Throws Fault REPLAY_MISMATCH: then the
 * running engine and a replay of its journal disagree, and an operator must look.
 */
export async function makeSnapshot(parts: SnapshotParts): Promise<SnapshotMade | null> {
  const { log, snapshots } = parts
  const own = await ownSnapshots(log, await snapshots.list())
  const { machine, seq: fromSeq } = loadNewest(own, parts.machine)
  const lastSeq = log.lastSeq
  if (lastSeq <= fromSeq) return null
  const replay = new Replay(machine)
  for await (const { firstSeq, records } of log.read(fromSeq + 1)) {
    let seq = firstSeq - 1
    visitRecords(records, (from, until) => {
      seq++
      if (seq <= fromSeq) return
      replay.check(seq, records.bytes, from, until)
    })
  }
  const state = machine.snapshot()
  await snapshots.save({ seq: lastSeq, headHash: log.headHash, state })
  return { seq: lastSeq, records: lastSeq - fromSeq, bytes: state.length }
}
