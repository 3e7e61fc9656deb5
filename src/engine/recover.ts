/** From what is on disk to the state that it stands for. */
import { decode } from '../kernel/index.ts'
import {
  Fault,
  readRecords,
  record as recordCodec,
  visitRecords,
  type CommandLog,
  type EventLog,
  type EventRecord,
  type Outcome,
  type RecordBatch,
} from '../messages/index.ts'
import type { Quarantine, Snapshot, SnapshotStore } from '../journal/index.ts'
import { loadNewest } from './load-newest.ts'
import { ownSnapshots } from './own-snapshots.ts'
import { Replay } from './replay.ts'
import { resultHash } from './seal.ts'
import type { StateMachine } from './state-machine.ts'

const FLUSH_BYTES = 16 * 1024 * 1024

export interface RecoverParts {
  readonly log: CommandLog
  readonly events: EventLog
  readonly snapshots: SnapshotStore
  readonly quarantine: Quarantine
  readonly machine: () => StateMachine
  /** a state reached by following this journal; without it the newest snapshot is where to begin */
  readonly warm?: Warm
}

/** The state after record `seq`, as a standby has it. */
export interface Warm extends Recovered {
  readonly seq: number
  /** chain hash of the journal there */
  readonly headHash: string
}

export interface Recovered {
  readonly machine: StateMachine
  /** time of the last record, 0 when there is none */
  readonly lastTimeUs: number
  /** seq of the snapshot that recovery began with, 0 when it began with nothing */
  readonly snapshotSeq: number
}

/**
 * Newest usable snapshot plus the rest of the journal; every result hash is checked. Missing event
 * records are written again. Throws Fault JOURNAL_SHORT when the journal ends before something
 * derived from it does (acknowledged records are gone), JOURNAL_FORKED when it does not hold what a
 * standby followed, REPLAY_MISMATCH when a command has another outcome now than it had.
 */
export async function recover(parts: RecoverParts): Promise<Recovered> {
  const { log, events } = parts
  const snapshots = await parts.snapshots.list()
  const derivedSeq = Math.max(events.lastSeq, snapshots[0]?.seq ?? 0)
  if (derivedSeq > (log.writtenSeq ?? log.lastSeq)) {
    throw new Fault('JOURNAL_SHORT', {
      retryable: false,
      facts: { journalSeq: log.lastSeq, derivedSeq },
    })
  }
  // A leader that follows now has told what a follower does not hear to be certain yet.
  if (events.lastSeq > log.lastSeq) await events.truncate(log.lastSeq)
  if (parts.warm === undefined && !(await areOfThisJournal(events, snapshots, log))) {
    await events.truncate(0)
  }
  // A snapshot is of use only with all the event records before it.
  const usable = snapshots.filter(({ seq }) => seq <= events.lastSeq)
  const { machine, seq: fromSeq } = parts.warm ?? loadNewest(usable, parts.machine)
  const replay = new Replay(machine)
  for await (const { firstSeq, records, headHash } of log.read(fromSeq)) {
    if (firstSeq <= fromSeq) mustContinue(parts.warm, firstSeq + records.count - 1, headHash)
    replayBatch(parts, replay, firstSeq, records, fromSeq)
    if (events.pendingBytes > FLUSH_BYTES) await events.flush()
  }
  await events.flush()
  return { machine, lastTimeUs: replay.timeUs, snapshotSeq: parts.warm?.snapshotSeq ?? fromSeq }
}

/** Executes what of a batch comes after `afterSeq`, and writes the event records that are missing. */
export function replayBatch(
  { events, quarantine }: Pick<RecoverParts, 'events' | 'quarantine'>,
  replay: Replay,
  firstSeq: number,
  records: RecordBatch,
  afterSeq: number,
): void {
  let seq = firstSeq - 1
  visitRecords(records, (from, until) => {
    seq++
    if (seq <= afterSeq) return replay.peek(seq, records.bytes, from)
    const isTold = seq <= events.lastSeq
    const outcome = isTold
      ? replay.check(seq, records.bytes, from, until)
      : replay.step(seq, records.bytes, from, until)
    if (outcome !== null) releaseHeld(quarantine, seq, outcome)
  })
  events.append(events.lastSeq + 1, replay.takeEvents())
}

/** The release was journaled but perhaps not carried out on the file before the process ended. */
function releaseHeld(quarantine: Quarantine, seq: number, { events }: Outcome): void {
  const heldBefore = quarantine.entries().filter((held) => held.seq <= seq)
  if (heldBefore.length === 0) return
  for (const event of events) {
    if (event.kind === 'QuarantineReleased') {
      const held = heldBefore.find((e) => e.command === event.command)
      if (held !== undefined) quarantine.release(event.account, event.command)
    } else if (event.kind === 'TimerReleased') {
      const held = heldBefore.find((e) => e.timer === event.timer)
      if (held !== undefined) quarantine.releaseTimer(event.timer)
    }
  }
}

/** What a standby is to lead must hold what it has followed. */
function mustContinue(warm: Warm | undefined, seq: number, headHash: string): void {
  if (warm === undefined || (seq === warm.seq && headHash === warm.headHash)) return
  throw new Fault('JOURNAL_FORKED', { retryable: false, facts: { seq: warm.seq } })
}

/**
 * Does the last event record belong to the journal record of the same seq, and was each snapshot made
 * of this journal? An outcome alone may be like that of another.
 */
async function areOfThisJournal(
  events: EventLog,
  snapshots: readonly Snapshot[],
  log: CommandLog,
): Promise<boolean> {
  if (events.lastSeq === 0) return true
  if ((await ownSnapshots(log, snapshots)).length < snapshots.length) return false
  const last = await readable(events.get(events.lastSeq))
  for await (const { bytes } of readRecords(log, events.lastSeq)) {
    const entry = decode(recordCodec, bytes)
    return last !== null && resultHash(last.outcome) === entry.resultHash
  }
  return false
}

/** null for a damaged event record: the journal brings it back. */
async function readable(record: Promise<EventRecord | null>): Promise<EventRecord | null> {
  try {
    return await record
  } catch (error) {
    if (error instanceof Fault && error.code === 'EVENT_LOG_CORRUPT') return null
    throw error
  }
}
