/**
 * The main loop of the exchange (BLUEPRINT section 3), in one thread. The state runs ahead of the
 * disk by at most two batches; nobody outside sees anything before it is durable.
 */
import { encode } from '../kernel/index.ts'
import {
  envelope as envelopeCodec,
  Fault,
  LIMITS,
  NO_COMMAND_ID,
  refuse,
  SYSTEM_ACCOUNT,
  SYSTEM_KEY,
  TimerFailure,
  type Command,
  type CommandLog,
  type Envelope,
  type EventLog,
  type EventRecord,
  type Outcome,
  type Queries,
  type QueryName,
  type Refusal,
  type Reply,
} from '../messages/index.ts'
import type { Liveness, Quarantine } from '../journal/index.ts'
import { Batch, type Caller } from './batch.ts'
import type { Clock } from './clock.ts'
import { appendDurably } from './durable-append.ts'
import { GAP_MAX_US, GAP_US, operatorNeeded } from './gap.ts'
import { Intake, type Submission } from './intake.ts'
import { eventRecordOf, resultHash, sealRecord } from './seal.ts'
import type { StateMachine } from './state-machine.ts'

const HEARTBEAT_MS = 1_000

export interface PipelineParts {
  readonly log: CommandLog
  readonly events: EventLog
  readonly quarantine: Quarantine
  readonly liveness: Liveness
  readonly clock: Clock
  readonly machine: StateMachine
  /** Ends the process: the state is ahead of the journal or wrong, and only recovery mends that. */
  readonly exit: (why: Error) => void
  readonly limits: PipelineLimits
}

export interface PipelineLimits {
  /** commands that may wait for execution */
  readonly queue: number
  /** and their bytes: a queue full of ordinary commands stays far below */
  readonly queueBytes: number
  /** a batch is full at this many records or bytes, whichever is first */
  readonly batchRecords: number
  readonly batchBytes: number
  readonly durableWithinMs: number
}

export class Pipeline {
  readonly #parts: PipelineParts
  readonly #intake: Intake
  readonly #listeners = new Set<(records: readonly EventRecord[]) => void>()
  #seq: number
  #timeUs: number
  /** until when the engine is known to have run */
  #aliveUs: number
  #durableSeq: number
  #collecting: Batch
  #appending: Batch | null = null
  #isScheduled = false
  #isRunning = false
  #isStopping = false
  #isOver = false
  /** the last attempt to append has failed: whoever comes now is told to come again (ENG-006) */
  #isStalled = false
  #failure: Error | null = null
  #cancelHeartbeat = (): void => {}
  #cancelAlarm = (): void => {}

  constructor(parts: PipelineParts, lastTimeUs: number, aliveUs: number) {
    this.#parts = parts
    this.#intake = new Intake(parts.limits.queue, parts.limits.queueBytes)
    this.#seq = parts.log.lastSeq
    this.#durableSeq = parts.log.lastSeq
    this.#timeUs = lastTimeUs
    this.#aliveUs = aliveUs
    this.#collecting = new Batch(this.#seq + 1)
  }

  get durableSeq(): number {
    return this.#durableSeq
  }

  submit = async (envelope: Envelope): Promise<Reply> => {
    this.#mustRun()
    const reply = this.#intake.put(envelope)
    this.#schedule()
    return reply
  }

  /** Answers come from the state at once, and are given when that state is durable. */
  ask = async <N extends QueryName>(
    name: N,
    args: Queries[N]['args'],
  ): Promise<Queries[N]['result']> => {
    if (this.#failure !== null) throw notDurable(this.#failure)
    if (this.#isStalled) throw new Fault('NOT_DURABLE')
    const result = this.#parts.machine.answers[name](args)
    await this.#durable()
    return result
  }

  peek = <N extends QueryName>(name: N, args: Queries[N]['args']): Queries[N]['result'] => {
    if (this.#failure !== null) throw notDurable(this.#failure)
    return this.#parts.machine.answers[name](args)
  }

  onDurable = (listener: (records: readonly EventRecord[]) => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Executes the engine's own first command (genesis) or nothing, and begins to run. */
  async start(first: Command | null): Promise<void> {
    this.#guard(() => {
      if (first !== null) this.#executeOwn(first, this.#now())
      this.#holdTimers()
      this.#pump()
    })
    this.#isRunning = true
    this.#beat()
    await this.#durable()
    if (this.#failure !== null) throw this.#failure
  }

  /** Takes nothing new, finishes what was taken, and leaves the mark of a clean stop. */
  async stop(): Promise<void> {
    this.#isStopping = true
    while (this.#failure === null && (this.#intake.size > 0 || this.#isAhead())) {
      this.#schedule()
      // A failure ends the loop and is thrown below.
      await this.#durable().catch(() => {})
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    if (this.#failure !== null) throw this.#failure
    this.#end()
    await this.#parts.events.flush()
    this.#parts.liveness.markClean(Math.max(this.#aliveUs, this.#timeUs))
  }

  /** One turn for everything that was submitted in the same turn of the event loop. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#guard(() => this.#pump())
    })
  }

  #pump(): void {
    this.#collect()
    this.#commit()
    this.#setAlarm()
  }

  #collect(): void {
    const { machine } = this.#parts
    // 1. Take what was submitted, in order of arrival. If the process dies here the caller has no
    //    answer and sends the same id again: nothing had been done.
    // 2. Give it a time that never goes back. A stretch in which the engine did not run becomes a
    //    command of its own, before any other.
    const timeUs = this.#now()
    this.#bridgeGap(timeUs)
    while (!this.#isFull()) {
      // 3. Timers due by then fire first, as journaled Ticks. Dying here loses nothing: the timers
      //    are state, and recovery arms them again.
      const dueUs = machine.nextDueUs()
      if (dueUs !== null && dueUs <= timeUs) {
        this.#executeOwn({ kind: 'Tick', limit: LIMITS.timersPerTick }, timeUs)
        continue
      }
      // 4. Execute and seal. The state is now ahead of the disk; dying here forgets the command as
      //    if it had never come, and nobody was told otherwise.
      const submission = this.#intake.take()
      if (submission === null) break
      this.#accept(submission, timeUs)
    }
  }

  #commit(): void {
    const batch = this.#collecting
    if (this.#appending !== null || batch.records.length === 0) return
    this.#collecting = new Batch(this.#seq + 1)
    this.#appending = batch
    const { log, clock, limits } = this.#parts
    // 5. Append the batch: one write, one fdatasync, while the next batch collects. Dying here leaves
    //    the frame whole or torn. Whole: recovery executes it, the same id gets its outcome. Torn:
    //    it is dropped, and the same id is new. No caller had an answer.
    const onFault = (): void => {
      this.#isStalled = true
    }
    appendDurably(log, batch, clock, { limitMs: limits.durableWithinMs, onFault }).then(
      () => this.#guard(() => this.#publish(batch)),
      (error: unknown) => this.#fail(error as Error),
    )
  }

  #publish(batch: Batch): void {
    this.#appending = null
    this.#isStalled = false
    if (this.#failure !== null) return
    // 6. Durable: now consumers may know, in order of seq. Dying here loses no command; callers
    //    without an answer ask again with the same id, and replay writes the missing events.
    this.#parts.events.append(batch.events)
    this.#durableSeq = batch.firstSeq + batch.records.length - 1
    for (const wait of batch.waiting) wait(null)
    this.#releaseQuarantined(batch)
    for (const listener of this.#listeners) listener(batch.events)
    this.#pump()
  }

  #accept(submission: Submission, timeUs: number): void {
    const { machine, quarantine } = this.#parts
    const { envelope } = submission
    if (submission.bytes.length > LIMITS.commandBytes) {
      const facts = { limit: LIMITS.commandBytes, what: 'bytes' }
      return this.#refuse(submission, refuse('LIMIT_REACHED', facts), timeUs)
    }
    const isHeld = quarantine
      .entries()
      .some(
        (e) => e.timer === undefined && e.account === envelope.account && e.command === envelope.id,
      )
    if (isHeld) return this.#refuse(submission, refuse('COMMAND_QUARANTINED'), timeUs)
    if (envelope.id === NO_COMMAND_ID && envelope.account !== SYSTEM_ACCOUNT) {
      return this.#refuse(submission, refuse('COMMAND_ID_EXPIRED'), timeUs)
    }
    const known = machine.lookup(envelope, timeUs)
    if (known.kind === 'refused') return this.#refuse(submission, known.refusal, timeUs)
    if (known.kind === 'replay') return this.#replay(submission, known.seq)
    this.#execute(envelope, submission.bytes, timeUs, submission)
  }

  #executeOwn(command: Command, timeUs: number): Outcome {
    const envelope = { account: SYSTEM_ACCOUNT, key: SYSTEM_KEY, id: NO_COMMAND_ID, command }
    return this.#execute(envelope, encode(envelopeCodec, envelope), timeUs, null)
  }

  #execute(envelope: Envelope, bytes: Uint8Array, timeUs: number, caller: Caller | null): Outcome {
    const entry = { seq: this.#seq + 1, timeUs, envelope }
    try {
      const outcome = this.#parts.machine.execute(entry)
      const record = sealRecord(entry, bytes, resultHash(outcome))
      this.#seq = entry.seq
      this.#timeUs = timeUs
      this.#collecting.add(record, eventRecordOf(entry, outcome), caller)
      return outcome
    } catch (error) {
      // The program is wrong and its state with it: note the command or the timer, so that the
      // restart that follows does not meet it again, and stop.
      const timer = error instanceof TimerFailure ? { timer: error.timer } : {}
      if (caller !== null || error instanceof TimerFailure) {
        const { account, id, command } = envelope
        const { seq } = entry
        const why = String(error)
        this.#parts.quarantine.add({ account, command: id, seq, kind: command.kind, why, ...timer })
      }
      caller?.reject(notDurable(error as Error))
      throw error
    }
  }

  /** Timers that stopped the exchange are set aside before anything could fire them or renew. */
  #holdTimers(): void {
    const { quarantine } = this.#parts
    for (const { timer } of quarantine.entries()) {
      if (timer === undefined) continue
      const { events } = this.#executeOwn({ kind: 'HoldTimer', timer }, this.#now())
      // Its subject has gone, or it was armed by a command that never became durable.
      if (events.length === 0) quarantine.releaseTimer(timer)
    }
  }

  /** Refused before execution: not journaled, so seq is 0 and a later attempt is judged anew. */
  #refuse(submission: Submission, refusal: Refusal, timeUs: number): void {
    const entry = { seq: 0, timeUs, envelope: submission.envelope }
    const reply = { ...eventRecordOf(entry, { refusal, events: [] }), replayed: false }
    this.#durable().then(() => submission.resolve(reply), submission.reject)
  }

  /** The outcome that this id had the first time, once that is durable. */
  #replay(submission: Submission, seq: number): void {
    const find = async (): Promise<Reply> => {
      await this.#durable()
      const event = await this.#parts.events.get(seq)
      if (event === null) throw new Fault('EVENT_LOG_CORRUPT', { facts: { seq } })
      return { ...event, replayed: true }
    }
    find().then(submission.resolve, submission.reject)
  }

  #bridgeGap(timeUs: number): void {
    const fromUs = this.#aliveUs
    if (this.#isRunning && timeUs - fromUs > GAP_MAX_US) throw operatorNeeded(timeUs - fromUs)
    this.#aliveUs = Math.max(fromUs, timeUs)
    if (timeUs - fromUs <= GAP_US) return
    this.#executeOwn({ kind: 'ResumeAfterGap', fromUs, toUs: timeUs }, timeUs)
  }

  #releaseQuarantined(batch: Batch): void {
    for (const { outcome } of batch.events) {
      for (const event of outcome.events) {
        if (event.kind === 'TimerReleased') this.#parts.quarantine.releaseTimer(event.timer)
        if (event.kind !== 'QuarantineReleased') continue
        this.#parts.quarantine.release(event.account, event.command)
      }
    }
  }

  /** Resolves when everything executed so far is durable and published. */
  #durable(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(notDurable(this.#failure))
    const batch = this.#collecting.records.length > 0 ? this.#collecting : this.#appending
    if (batch === null) return Promise.resolve()
    return new Promise((resolve, reject) => {
      batch.waiting.push((fault) => (fault === null ? resolve() : reject(fault)))
    })
  }

  /** A sign of life every second, which also notices a suspended machine and missed alarms. */
  #beat(): void {
    this.#guard(() => {
      this.#pump()
      this.#parts.liveness.touch(this.#aliveUs)
    })
    if (this.#isOver) return
    this.#cancelHeartbeat = this.#parts.clock.after(HEARTBEAT_MS, () => this.#beat())
  }

  /** Wakes for the first timer; the heartbeat covers everything later than that. */
  #setAlarm(): void {
    this.#cancelAlarm()
    const dueUs = this.#parts.machine.nextDueUs()
    const delayMs = dueUs === null ? HEARTBEAT_MS : Math.ceil((dueUs - this.#now()) / 1_000)
    if (delayMs >= HEARTBEAT_MS) return
    this.#cancelAlarm = this.#parts.clock.after(Math.max(delayMs, 1), () => this.#schedule())
  }

  #now(): number {
    return Math.max(this.#parts.clock.nowUs(), this.#timeUs)
  }
  #isAhead(): boolean {
    return this.#appending !== null || this.#collecting.records.length > 0
  }
  #isFull(): boolean {
    const { batchRecords, batchBytes } = this.#parts.limits
    return this.#collecting.records.length >= batchRecords || this.#collecting.bytes >= batchBytes
  }
  #mustRun(): void {
    if (this.#failure !== null) throw notDurable(this.#failure)
    if (this.#isStopping) throw new Fault('SHUTTING_DOWN')
    if (this.#isStalled) throw new Fault('NOT_DURABLE')
  }

  /** Whatever goes wrong inside the loop ends the process. */
  #guard(work: () => void): void {
    if (this.#isOver) return
    try {
      work()
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  /** Nothing of the loop runs after this. */
  #end(): void {
    this.#isOver = true
    this.#cancelHeartbeat()
    this.#cancelAlarm()
  }

  #fail(why: Error): void {
    if (this.#failure !== null) return
    this.#failure = why
    this.#end()
    const fault = notDurable(why)
    for (const wait of this.#appending?.waiting ?? []) wait(fault)
    for (const wait of this.#collecting.waiting) wait(fault)
    for (let next = this.#intake.take(); next !== null; next = this.#intake.take()) {
      next.reject(fault)
    }
    this.#parts.exit(why)
  }
}

function notDurable(cause: Error): Fault {
  return new Fault('NOT_DURABLE', { cause })
}
