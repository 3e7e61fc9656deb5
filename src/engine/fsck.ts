/** Checks everything that an engine has on disk against a replay from the first record. */
import { decode, encode, equalBytes, toHex } from '../kernel/index.ts'
import { CHAIN_START, chainHash, type Snapshot } from '../journal/index.ts'
import {
  eventRecord as eventRecordCodec,
  Fault,
  record as recordCodec,
  unpackRecords,
  type CommandLog,
  type EventLog,
  type EventRecord,
} from '../messages/index.ts'
import { openEngineReader } from './engine-files.ts'
import { Replay } from './replay.ts'
import type { StateMachine } from './state-machine.ts'

const PROBLEMS_MAX = 100

export interface Problem {
  readonly seq: number
  /** stable, UPPER_SNAKE */
  readonly code: string
  readonly detail: string
}

export interface FsckReport {
  readonly records: number
  readonly headHash: string
  readonly stateHash: string
  readonly snapshots: number
  /** event records found; fewer than records after a crash, which the next start mends */
  readonly events: number
  /** at most 100, in order of seq; empty when all is well */
  readonly problems: readonly Problem[]
}

export interface FsckParts {
  readonly log: CommandLog
  readonly events: EventLog
  /** newest first */
  readonly snapshots: readonly Snapshot[]
  readonly machine: () => StateMachine
}

/**
 * Checks a folder without changing it, also beside a running engine. `machine` in the result is the
 * replayed state, for checks of what the records mean.
 */
export async function fsck(options: {
  readonly directory: string
  /** address of a journal in PostgreSQL */
  readonly journal?: string | null
  readonly machine: () => StateMachine
}): Promise<{ readonly report: FsckReport; readonly machine: StateMachine }> {
  const { log, events, snapshots } = await openEngineReader(
    options.directory,
    options.journal,
    true,
  )
  try {
    return await checkParts({ log, events, snapshots, machine: options.machine })
  } finally {
    await events.close()
    await log.close()
  }
}

/** The same over parts that are open already. */
export async function checkParts(
  parts: FsckParts,
): Promise<{ readonly report: FsckReport; readonly machine: StateMachine }> {
  const run = new Check(parts)
  try {
    await run.all()
  } catch (error) {
    // What stops the replay is the last problem; what was found before it stands.
    run.note('REPLAY_STOPPED', error instanceof Fault ? describe(error) : String(error))
  } finally {
    await run.close()
  }
  return { report: run.report(), machine: run.machine }
}

interface Follower {
  readonly fromSeq: number
  readonly replay: Replay
}

class Check {
  readonly machine: StateMachine
  readonly #replay: Replay
  readonly #parts: FsckParts
  readonly #problems: Problem[] = []
  readonly #events: AsyncIterator<EventRecord>
  #hash: Uint8Array = CHAIN_START
  #seq = 0
  #timeUs = 0
  /** machines that began with a snapshot: what they rebuilt from it must work on the same way */
  #followers: Follower[] = []

  constructor(parts: FsckParts) {
    this.machine = parts.machine()
    this.#replay = new Replay(this.machine)
    this.#parts = parts
    this.#events = parts.events.read(1)[Symbol.asyncIterator]()
  }

  async close(): Promise<void> {
    await this.#events.return?.()
  }

  note(code: string, detail: string): void {
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push({ seq: this.#seq, code, detail })
  }

  async all(): Promise<void> {
    const { log, events } = this.#parts
    for await (const { records } of log.read(1)) {
      this.#hash = chainHash(this.#hash, records.bytes)
      for (const bytes of unpackRecords(records)) {
        this.#seq++
        await this.#checkRecord(bytes)
        this.#followers = this.#followers.filter((follower) => this.#follows(follower, bytes))
      }
      for (const snapshot of this.#parts.snapshots) {
        if (snapshot.seq === this.#seq) this.#checkSnapshot(snapshot)
      }
    }
    if (this.#seq !== log.lastSeq || toHex(this.#hash) !== log.headHash) {
      this.note('HEAD_DIFFERS', `the journal says ${log.lastSeq} ${log.headHash}`)
    }
    for (const { fromSeq, replay } of this.#followers) {
      if (replay.machine.stateHash() === this.machine.stateHash()) continue
      this.note('SNAPSHOT_DIVERGES', `from ${fromSeq} the same results led to another state`)
    }
    const derivedSeq = Math.max(events.lastSeq, this.#parts.snapshots[0]?.seq ?? 0)
    if (derivedSeq > log.lastSeq) this.note('JOURNAL_SHORT', `records to ${derivedSeq} existed`)
  }

  report(): FsckReport {
    return {
      records: this.#seq,
      headHash: toHex(this.#hash),
      stateHash: this.machine.stateHash(),
      snapshots: this.#parts.snapshots.length,
      events: this.#parts.events.lastSeq,
      problems: this.#problems,
    }
  }

  async #checkRecord(bytes: Uint8Array): Promise<void> {
    const entry = decode(recordCodec, bytes)
    if (entry.seq !== this.#seq) this.note('SEQ_DIFFERS', `the record says ${entry.seq}`)
    if (entry.timeUs < this.#timeUs) this.note('TIME_BACK', `${entry.timeUs} < ${this.#timeUs}`)
    if ((entry.seq === 1) !== (entry.envelope.command.kind === 'Genesis')) {
      this.note('GENESIS_MISPLACED', entry.envelope.command.kind)
    }
    this.#timeUs = entry.timeUs
    this.#replay.step(this.#seq, bytes, 0, bytes.length)
    const [expected] = unpackRecords(this.#replay.takeEvents())
    await this.#checkEvent(expected!)
  }

  async #checkEvent(expected: Uint8Array): Promise<void> {
    try {
      const found = await this.#events.next()
      if (found.done === true) return
      if (!equalBytes(encode(eventRecordCodec, found.value), expected)) {
        this.note('EVENT_DIFFERS', `the event log has seq ${found.value.seq}`)
      }
    } catch (error) {
      // The iterator is at its end after this: the rest of the journal is checked without it.
      this.note('EVENT_LOG_DAMAGED', error instanceof Fault ? describe(error) : String(error))
    }
  }

  #checkSnapshot(snapshot: Snapshot): void {
    if (snapshot.headHash !== toHex(this.#hash)) {
      this.note('SNAPSHOT_OF_OTHER_JOURNAL', snapshot.headHash)
    }
    const loaded = this.#parts.machine()
    try {
      loaded.load(snapshot.state)
    } catch (error) {
      return this.note('SNAPSHOT_UNREADABLE', String(error))
    }
    if (loaded.stateHash() !== this.machine.stateHash()) {
      return this.note(
        'SNAPSHOT_DIFFERS',
        `${loaded.stateHash()} is not ${this.machine.stateHash()}`,
      )
    }
    this.#followers.push({ fromSeq: snapshot.seq, replay: new Replay(loaded) })
  }

  /** Executes the record on a machine that began with a snapshot; false when it differs. */
  #follows({ fromSeq, replay }: Follower, bytes: Uint8Array): boolean {
    try {
      replay.check(this.#seq, bytes, 0, bytes.length)
      return true
    } catch (error) {
      const what = error instanceof Fault ? describe(error) : String(error)
      this.note('SNAPSHOT_DIVERGES', `from ${fromSeq}: ${what}`)
      return false
    }
  }
}

function describe(fault: Fault): string {
  const facts = Object.entries(fault.facts).map(([name, value]) => `${name}=${value}`)
  return [fault.code, ...facts].join(' ')
}
