import { visitRecords, type CommandLog } from '../messages/index.ts'
import type { SnapshotStore } from '../journal/index.ts'
import { loadNewest } from './load-newest.ts'
import { hashAt, ownSnapshots } from './own-snapshots.ts'
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

/** The state at the end of the last snapshot that was made here. */
interface Kept {
  readonly machine: StateMachine
  readonly seq: number
  readonly headHash: string
}

/** Makes one snapshot after the other, each from the state of the one before. */
export class SnapshotMaker {
  #kept: Kept | null = null

  /**
   * Replays the durable journal from the last snapshot made here, or from the newest, and saves the
   * state at its end, checking every result hash on the way. null when there is nothing new. Throws
   * Fault REPLAY_MISMATCH: then the running engine and a replay of its journal disagree, and an operator
   * must look.
   */
  async make(parts: SnapshotParts): Promise<SnapshotMade | null> {
    const { log, snapshots } = parts
    const { machine, seq: fromSeq } = await this.#begin(parts)
    const { lastSeq, headHash } = log
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
    await snapshots.save({ seq: lastSeq, headHash, state })
    this.#kept = { machine, seq: lastSeq, headHash }
    return { seq: lastSeq, records: lastSeq - fromSeq, bytes: state.length }
  }

  /** A state of this journal, and its seq. What is kept is not whole until this snapshot is there. */
  async #begin({ log, snapshots, machine }: SnapshotParts): Promise<Omit<Kept, 'headHash'>> {
    const kept = this.#kept
    if (kept !== null && kept.seq === log.lastSeq && kept.headHash === log.headHash) return kept
    this.#kept = null
    if (kept !== null && (await hashAt(log, kept.seq)) === kept.headHash) return kept
    return loadNewest(await ownSnapshots(log, await snapshots.list()), machine)
  }
}

/** As `SnapshotMaker.make`, once. */
export function makeSnapshot(parts: SnapshotParts): Promise<SnapshotMade | null> {
  return new SnapshotMaker().make(parts)
}
