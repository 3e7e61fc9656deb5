import { decode } from '../kernel/index.ts'
import {
  Fault,
  readRecords,
  record as recordCodec,
  type CommandLog,
  type CommandOf,
  type EngineDoor,
  type EventLog,
  type JournalRecord,
} from '../messages/index.ts'
import type { Liveness, Quarantine, SnapshotStore } from '../journal/index.ts'
import { systemClock, type Clock } from './clock.ts'
import { aliveBefore } from './gap.ts'
import { Pipeline } from './pipeline.ts'
import type { PipelineLimits } from './pipeline-parts.ts'
import { recover, type Recovered, type Warm } from './recover.ts'
import type { Signer } from './signer.ts'
import type { StateMachine } from './state-machine.ts'

const ENGINE_LIMITS: PipelineLimits = {
  queue: 65_536,
  queueBytes: 64 * 1024 * 1024,
  batchRecords: 4_096,
  batchBytes: 4 * 1024 * 1024,
  eventBytes: 64 * 1024 * 1024,
  durableWithinMs: 10_000,
}

export interface EngineOptions {
  /** The engine owns these from here on: stop() closes them, and so does a start that fails. */
  readonly log: CommandLog
  readonly events: EventLog
  readonly snapshots: SnapshotStore
  readonly quarantine: Quarantine
  readonly liveness: Liveness
  /** makes a state machine without state */
  readonly machine: () => StateMachine
  readonly signer: Signer
  /** first command of a new journal; ignored when there is one already */
  readonly genesis: CommandOf<'Genesis'>
  /** ends the process; called once, after which the engine answers nothing but Faults */
  readonly exit: (why: Error) => void
  readonly clock?: Clock
  readonly limits?: Partial<PipelineLimits>
  /** the operator agrees to start after a gap of more than an hour */
  readonly acceptGap?: boolean
  /** of a standby that takes over */
  readonly warm?: Warm
}

export interface Engine extends EngineDoor {
  /** seq of the snapshot that recovery began with, 0 when it replayed everything */
  readonly snapshotSeq: number
  /** Finishes what was submitted, marks a clean stop and closes the logs. */
  readonly stop: () => Promise<void>
}

/**
 * Recovers the state and starts the loop; resolves when the exchange can take commands. Throws Fault
 * OPERATOR_NEEDED (gap of over an hour), JOURNAL_SHORT, REPLAY_MISMATCH, WRONG_KEY.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { log, events, signer } = options
  const clock = options.clock ?? systemClock
  const isNew = log.lastSeq === 0
  const { machine, lastTimeUs, snapshotSeq, aliveUs } = await prepare(options, clock)
  const limits = { ...ENGINE_LIMITS, ...options.limits }
  const pipeline = new Pipeline({ ...options, clock, machine, limits }, lastTimeUs, aliveUs)
  await pipeline.start(isNew ? options.genesis : null)
  return {
    submit: pipeline.submit,
    submitBatch: pipeline.submitBatch,
    ask: pipeline.ask,
    peek: pipeline.peek,
    durableSeq: () => pipeline.durableSeq,
    onDurable: pipeline.fanout.onDurable,
    onAdvance: pipeline.fanout.onAdvance,
    timings: pipeline.timings.counts,
    events: {
      read: (fromSeq) => events.read(fromSeq),
      batches: (fromSeq) => events.batches(fromSeq),
      get: (seq) => events.get(seq),
    },
    record: (seq) => recordAt(log, seq),
    sign: signer.sign,
    snapshotSeq,
    stop: async () => {
      await pipeline.stop()
      await close(options)
    },
  }
}

/** Everything before the first command. What was opened is closed when it fails. */
async function prepare(
  options: EngineOptions,
  clock: Clock,
): Promise<Recovered & { readonly aliveUs: number }> {
  const { log, signer, genesis, liveness } = options
  try {
    await checkKey(log, signer, genesis)
    const recovered = await recover(options)
    const nowUs = clock.nowUs()
    const aliveUs =
      log.lastSeq === 0
        ? nowUs
        : aliveBefore(liveness, recovered.lastTimeUs, nowUs, options.acceptGap ?? false)
    return { ...recovered, aliveUs }
  } catch (error) {
    await close(options)
    throw error
  }
}

async function close({ events, log }: Pick<EngineOptions, 'events' | 'log'>): Promise<void> {
  await events.close()
  await log.close()
}

async function recordAt(log: CommandLog, wanted: number): Promise<JournalRecord | null> {
  for await (const { seq, bytes } of readRecords(log, wanted)) {
    return seq === wanted ? decode(recordCodec, bytes) : null
  }
  return null
}

/** The key in the first record is the one that every member trusts. */
export async function checkKey(
  log: CommandLog,
  signer: Pick<Signer, 'publicKey'>,
  genesis: Pick<CommandOf<'Genesis'>, 'exchangePublicKey'>,
): Promise<void> {
  let trusted = genesis.exchangePublicKey
  for await (const { bytes } of readRecords(log, 1)) {
    const { command } = decode(recordCodec, bytes).envelope
    if (command.kind === 'Genesis') trusted = command.exchangePublicKey
    break
  }
  if (trusted === signer.publicKey) return
  throw new Fault('WRONG_KEY', {
    retryable: false,
    facts: { genesis: trusted, here: signer.publicKey },
  })
}
