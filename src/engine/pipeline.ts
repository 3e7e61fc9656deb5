/**
 * The main loop of the exchange (BLUEPRINT section 3), in one thread. The state runs ahead of the
 * disk by at most two batches; nobody outside sees anything before it is durable.
 */
import { encode, Writer } from '../kernel/index.ts'
import {
  envelope as envelopeCodec,
  Fault,
  LIMITS,
  NO_COMMAND_ID,
  SYSTEM_ACCOUNT,
  SYSTEM_KEY,
  TimerFailure,
  type Command,
  type Envelope,
  type Outcome,
  type Queries,
  type QueryName,
  type RecordBatch,
  type Reply,
} from '../messages/index.ts'
import { admit, refusedReply } from './admission.ts'
import { Batch } from './batch.ts'
import { appendDurably } from './durable-append.ts'
import { EventsGate } from './events-gate.ts'
import { Fanout } from './fanout.ts'
import { GAP_MAX_US, GAP_US, operatorNeeded } from './gap.ts'
import type { Answer, Group } from './group.ts'
import { holdBack, releaseQuarantined } from './hold-back.ts'
import { Intake } from './intake.ts'
import type { PipelineParts } from './pipeline-parts.ts'
import { Pulse } from './pulse.ts'
import { viewOf, type EnvelopeBytes } from './seal.ts'
import { Timings } from './timings.ts'
import { Turn } from './turn.ts'

/** The loop looks at the clock after so many commands. */
const LOOK_EVERY = 16

export class Pipeline {
  readonly #parts: PipelineParts
  readonly #intake: Intake
  readonly #gate: EventsGate
  readonly #pulse: Pulse
  readonly fanout = new Fanout()
  readonly timings: Timings
  #seq: number
  #timeUs: number
  /** until when the engine is known to have run */
  #aliveUs: number
  #durableSeq: number
  #collecting: Batch
  #appending: Batch | null = null
  /** of the batch that is not in use */
  #spareRecords = new Writer()
  /** as many as the last batch had */
  #eventBytes = 1_024
  #isScheduled = false
  #isRunning = false
  #isStopping = false
  #isOver = false
  /** the last attempt to append has failed: whoever comes now is told to come again (ENG-006) */
  #isStalled = false
  #failure: Error | null = null

  constructor(parts: PipelineParts, lastTimeUs: number, aliveUs: number) {
    this.#parts = parts
    this.timings = new Timings(parts.clock)
    this.#intake = new Intake(
      parts.limits.queue,
      parts.limits.queueBytes,
      parts.machine.raw ?? null,
    )
    this.#gate = new EventsGate(parts.events, parts.limits.eventBytes, parts.clock, () => {
      if (!this.#isOver) this.#schedule()
    })
    this.#pulse = new Pulse(
      parts.clock,
      () => this.#beat(),
      () => this.#schedule(),
    )
    this.#seq = parts.log.lastSeq
    this.#durableSeq = parts.log.lastSeq
    this.#timeUs = lastTimeUs
    this.#aliveUs = aliveUs
    this.#collecting = new Batch(this.#seq + 1, new Writer(), this.#eventBytes)
  }

  get durableSeq(): number {
    return this.#durableSeq
  }

  submit = (envelope: Envelope): Promise<Reply> =>
    new Promise((resolve, reject) => {
      this.#mustRun()
      this.#intake.put(envelope, (result) => {
        if (result instanceof Error) reject(result)
        else resolve(result.replyOf(0))
      })
      this.#schedule()
    })

  submitBatch = (envelopes: RecordBatch, done: Answer): void => {
    this.#mustRun()
    this.#intake.putBatch(envelopes, done)
    this.#schedule()
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

  /** Executes the engine's own first command (genesis) or nothing, and begins to run. */
  async start(first: Command | null): Promise<void> {
    this.#guard(() => {
      if (first !== null) this.#executeOwn(first, this.#now())
      this.#holdTimers()
      this.#pump()
    })
    this.#isRunning = true
    this.#pulse.start()
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
    this.timings.turn(
      () => this.#seq,
      () => this.#collect(),
    )
    this.#commit()
    this.#pulse.setAlarm(this.#parts.machine.nextDueUs(), this.#now())
  }

  #collect(): void {
    const { machine, clock } = this.#parts
    // 1. Take what was submitted, in order of arrival. If the process dies here the caller has no
    //    answer and sends the same id again: nothing had been done.
    // 2. A stretch in which the engine did not run becomes a command of its own, before any other.
    const nowUs = this.#now()
    this.#bridgeGap(nowUs)
    const turn = new Turn(clock, nowUs)
    for (let taken = 1; !this.#isFull() && !this.#isHeldUp(); taken++) {
      // 3. Timers fire first, as journaled Ticks, a share of the turn at a time. Dying here loses
      //    nothing: the timers are state, and recovery arms them again.
      const dueUs = machine.nextDueUs()
      const tickUs = turn.tickUs(dueUs, this.#timeUs)
      if (tickUs !== null) {
        this.#executeOwn({ kind: 'Tick', limit: LIMITS.timersPerTick }, tickUs)
        continue
      }
      // 4. Give the command a time that never goes back, before any timer that waits; execute and
      //    seal. The state is now ahead of the disk; dying here forgets the command as if it had
      //    never come, and nobody was told otherwise.
      const group = this.#intake.take()
      if (group !== null) {
        this.#accept(group, turn.commandUs(dueUs))
        if (group.left === 0) this.#whenDurable((fault) => group.end(fault))
        if (taken % LOOK_EVERY !== 0 || !turn.isOver()) continue
      } else if (!turn.owes(dueUs)) break
      this.#schedule()
      break
    }
  }

  #commit(): void {
    const batch = this.#collecting
    if (this.#appending !== null || batch.count === 0) return
    this.#collecting = new Batch(this.#seq + 1, this.#spareRecords, this.#eventBytes)
    this.#appending = batch
    const { log, clock, limits } = this.#parts
    // 5. Append the batch: one write, one fdatasync, while the next batch collects. Dying here leaves
    //    the frame whole or torn. Whole: recovery executes it, the same id gets its outcome. Torn:
    //    it is dropped, and the same id is new. No caller had an answer.
    const onFault = (): void => {
      this.#isStalled = true
    }
    const fromUs = this.timings.nowUs()
    appendDurably(log, batch, clock, { limitMs: limits.durableWithinMs, onFault }).then(
      () => this.#guard(() => this.#publish(batch, fromUs)),
      (error: unknown) => this.#fail(error as Error),
    )
    if (this.#intake.size > 0) this.#schedule()
  }

  #publish(batch: Batch, appendedFromUs: number): void {
    this.timings.appended(appendedFromUs)
    this.#appending = null
    this.#isStalled = false
    if (this.#failure !== null) return
    // 6. Durable: now consumers may know, in order of seq. Dying here loses no command; callers
    //    without an answer ask again with the same id, and replay writes the missing events.
    const { events } = batch
    this.#parts.events.append(batch.firstSeq, events)
    this.#eventBytes = events.bytes.length
    this.#spareRecords = batch.takeRecords()
    this.#durableSeq = batch.firstSeq + batch.count - 1
    for (const wait of batch.takeWaiting()) wait(null)
    releaseQuarantined(batch, this.#parts.quarantine)
    this.fanout.publish(batch, this.#durableSeq, this.#parts.machine.raw?.kinds)
    // What was collected meanwhile goes on at once; what could not be is for the next turn.
    this.#commit()
    this.#schedule()
  }

  #accept(group: Group, timeUs: number): void {
    const { machine, quarantine } = this.#parts
    const known = admit(group, timeUs, machine, quarantine)
    if (known?.kind === 'refused') return group.replied(refusedReply(group, known.refusal, timeUs))
    if (known?.kind === 'replay') return this.#replay(group, known.seq)
    this.#execute(group.envelope, group, timeUs, group)
  }

  #executeOwn(command: Command, timeUs: number): Outcome {
    const envelope = { account: SYSTEM_ACCOUNT, key: SYSTEM_KEY, id: NO_COMMAND_ID, command }
    const bytes = encode(envelopeCodec, envelope)
    const whole = { bytes, view: viewOf(bytes), from: 0, until: bytes.length }
    return this.#execute(envelope, whole, timeUs, null)!
  }

  /** `envelope` is null for a command of the raw door, which has no outcome to look at here. */
  #execute(
    envelope: Envelope | null,
    bytes: EnvelopeBytes,
    timeUs: number,
    group: Group | null,
  ): Outcome | null {
    const { machine } = this.#parts
    const batch = this.#collecting
    const seq = this.#seq + 1
    try {
      let outcome: Outcome | null = null
      let place: number
      if (envelope === null) place = batch.executeRaw(machine.raw!, seq, timeUs, bytes)
      else {
        const entry = { seq, timeUs, envelope }
        outcome = machine.execute(entry)
        place = batch.add(entry, bytes, outcome)
      }
      this.#seq = seq
      this.#timeUs = timeUs
      group?.executed(batch, place)
      return outcome
    } catch (error) {
      // The program is wrong and its state with it: note the command or the timer, so that the
      // restart that follows does not meet it again, and stop.
      if (group !== null || error instanceof TimerFailure) {
        holdBack(this.#parts.quarantine, seq, bytes, error)
      }
      group?.end(notDurable(error as Error))
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

  /** The outcome that this id had the first time, once that is durable. */
  #replay(group: Group, seq: number): void {
    const reply = group.later()
    const find = async (): Promise<void> => {
      await this.#durable()
      const event = await this.#parts.events.get(seq)
      if (event === null) throw new Fault('EVENT_LOG_CORRUPT', { facts: { seq } })
      reply({ ...event, replayed: true })
    }
    find().catch((error: unknown) => group.end(error as Error))
  }

  #bridgeGap(timeUs: number): void {
    const fromUs = this.#aliveUs
    if (this.#isRunning && timeUs - fromUs > GAP_MAX_US) throw operatorNeeded(timeUs - fromUs)
    this.#aliveUs = Math.max(fromUs, timeUs)
    if (timeUs - fromUs <= GAP_US) return
    this.#executeOwn({ kind: 'ResumeAfterGap', fromUs, toUs: timeUs }, timeUs)
  }

  /** Resolves when everything executed so far is durable and published. */
  #durable(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#whenDurable((fault) => (fault === null ? resolve() : reject(fault)))
    })
  }

  #whenDurable(wait: (fault: Error | null) => void): void {
    const batch = this.#collecting.count > 0 ? this.#collecting : this.#appending
    if (this.#failure !== null) queueMicrotask(() => wait(notDurable(this.#failure!)))
    else if (batch === null) queueMicrotask(() => wait(null))
    else batch.waiting.push(wait)
  }

  /** A sign of life every second, which also notices a suspended machine. */
  #beat(): void {
    this.#guard(() => {
      this.#pump()
      this.#parts.liveness.touch(this.#aliveUs)
    })
  }

  #now(): number {
    return Math.max(this.#parts.clock.nowUs(), this.#timeUs)
  }
  #isAhead(): boolean {
    return this.#appending !== null || this.#collecting.count > 0
  }
  #isFull(): boolean {
    const { batchRecords, batchBytes } = this.#parts.limits
    return this.#collecting.count >= batchRecords || this.#collecting.size >= batchBytes
  }
  #isHeldUp(): boolean {
    return !this.#isStopping && this.#gate.mustWait()
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
    this.#pulse.stop()
  }

  #fail(why: Error): void {
    if (this.#failure !== null) return
    this.#failure = why
    this.#end()
    const fault = notDurable(why)
    for (const wait of this.#appending?.waiting ?? []) wait(fault)
    for (const wait of this.#collecting.waiting) wait(fault)
    for (const group of this.#intake.clear()) group.end(fault)
    this.#parts.exit(why)
  }
}

function notDurable(cause: Error): Fault {
  return new Fault('NOT_DURABLE', { cause })
}
