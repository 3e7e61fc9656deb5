/** From what is on disk to the state that it stands for. */
import { assert, decode, toHex } from '../kernel/index.ts'
import {
  Fault,
  record as recordCodec,
  type CommandLog,
  type EventLog,
  type JournalRecord,
} from '../messages/index.ts'
import type { Quarantine, Snapshot, SnapshotStore } from '../journal/index.ts'
import { eventRecordOf, resultHash } from './seal.ts'
import type { StateMachine } from './state-machine.ts'

const FLUSH_EVERY = 4_096

export interface RecoverParts {
  readonly log: CommandLog
  readonly events: EventLog
  readonly snapshots: SnapshotStore
  readonly quarantine: Quarantine
  readonly machine: () => StateMachine
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
 * derived from it does (acknowledged records are gone), REPLAY_MISMATCH when a command has another
 * outcome now than it had.
 */
export async function recover(parts: RecoverParts): Promise<Recovered> {
  const { log, events } = parts
  const snapshots = await parts.snapshots.list()
  const derivedSeq = Math.max(events.lastSeq, snapshots[0]?.seq ?? 0)
  if (derivedSeq > log.lastSeq) {
    throw new Fault('JOURNAL_SHORT', {
      retryable: false,
      facts: { journalSeq: log.lastSeq, derivedSeq },
    })
  }
  if (!(await isOfThisJournal(events, log))) await events.truncate(0)
  const { machine, seq: snapshotSeq } = newestState(parts, snapshots)
  let lastTimeUs = 0
  for await (const { seq, bytes } of log.read(snapshotSeq)) {
    const entry = decode(recordCodec, bytes)
    assert(entry.seq === seq, `record ${entry.seq} at ${seq}`)
    lastTimeUs = entry.timeUs
    if (seq > snapshotSeq) replayOne(parts, machine, entry)
    if (seq % FLUSH_EVERY === 0) await events.flush()
  }
  await events.flush()
  return { machine, lastTimeUs, snapshotSeq }
}

/** Executes a journal record again. Throws Fault REPLAY_MISMATCH. */
export function replayRecord(
  machine: StateMachine,
  entry: JournalRecord,
): ReturnType<StateMachine['execute']> {
  const outcome = machine.execute(entry)
  const computed = toHex(resultHash(outcome))
  if (computed === entry.resultHash) return outcome
  throw new Fault('REPLAY_MISMATCH', {
    retryable: false,
    facts: { seq: entry.seq, journaled: entry.resultHash, computed },
  })
}

function replayOne(parts: RecoverParts, machine: StateMachine, entry: JournalRecord): void {
  const outcome = replayRecord(machine, entry)
  if (entry.seq > parts.events.lastSeq) parts.events.append([eventRecordOf(entry, outcome)])
  // The release was journaled but perhaps not carried out on the file before the process ended.
  for (const event of outcome.events) {
    if (event.kind !== 'QuarantineReleased') continue
    const held = parts.quarantine.entries().find((e) => e.command === event.command)
    if (held !== undefined && held.seq <= entry.seq) {
      parts.quarantine.release(event.account, event.command)
    }
  }
}

/** Does the last event record belong to the journal record of the same seq? */
async function isOfThisJournal(events: EventLog, log: CommandLog): Promise<boolean> {
  if (events.lastSeq === 0) return true
  const last = await events.get(events.lastSeq)
  for await (const { bytes } of log.read(events.lastSeq)) {
    const entry = decode(recordCodec, bytes)
    return last !== null && toHex(resultHash(last.outcome)) === entry.resultHash
  }
  return false
}

/** The newest snapshot that this software can read and that needs no event record which is lost. */
function newestState(
  parts: RecoverParts,
  snapshots: readonly Snapshot[],
): { machine: StateMachine; seq: number } {
  for (const { seq, state } of snapshots) {
    if (seq > parts.events.lastSeq) continue
    const machine = parts.machine()
    try {
      machine.load(state)
      return { machine, seq }
    } catch {
      // Written by other software: an older one or the whole journal leads to the same state.
      continue
    }
  }
  return { machine: parts.machine(), seq: 0 }
}
