import type { CommandLog } from '../messages/index.ts'
import type { Snapshot } from '../journal/index.ts'

/**
 * Those of `snapshots` that were made of this journal: it has their chain hash at their seq. One that
 * is ahead of the journal's end counts as its own, since nothing is known yet.
 */
export async function ownSnapshots(
  log: Pick<CommandLog, 'lastSeq' | 'read'>,
  snapshots: readonly Snapshot[],
): Promise<Snapshot[]> {
  const own: Snapshot[] = []
  for (const snapshot of snapshots) {
    const { seq, headHash } = snapshot
    if (seq > log.lastSeq || (await hashAt(log, seq)) === headHash) own.push(snapshot)
  }
  return own
}

/** Chain hash after record `seq`; null where no batch ends there. */
export async function hashAt(log: Pick<CommandLog, 'read'>, seq: number): Promise<string | null> {
  for await (const { firstSeq, records, headHash } of log.read(seq)) {
    return firstSeq + records.count - 1 === seq ? headHash : null
  }
  return null
}
