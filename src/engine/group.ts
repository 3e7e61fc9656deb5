import { fail } from '../kernel/index.ts'
import type { BatchReplies, Envelope, RecordBatch, RecordBytes, Reply } from '../messages/index.ts'
import type { Batch } from './batch.ts'
import { viewOf } from './seal.ts'
import { AHEAD, type RawDoor } from './state-machine.ts'

/** What becomes of a group: its replies, or the Fault that keeps it from them. */
export type Answer = (result: BatchReplies | Error) => void

/** Executed commands that follow each other in a group and in a batch. */
interface Run {
  readonly batch: Batch
  /** of the first: its place in the batch and in the group */
  readonly place: number
  readonly index: number
}

/** Commands that were submitted together, on their way through the loop. */
export class Group implements BatchReplies {
  readonly count: number
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly #envelopes: readonly (Envelope | null)[] | null
  readonly #answer: Answer
  #taken = 0
  #at = 0
  /** commands that the raw door was told of */
  #ahead = 0
  /** commands without a final reply, and the end of the group itself */
  #open = 1
  /** where the executed commands are, in order: most of a group is one run */
  readonly #runs: Run[] = []
  #last: Run | null = null
  /** of the commands that were not executed */
  #replies: Map<number, Reply> | null = null

  /** `envelopes` holds what was decoded; null for commands that go through the raw door. */
  constructor(batch: RecordBatch, envelopes: readonly (Envelope | null)[] | null, answer: Answer) {
    const { bytes, count } = batch
    this.count = count
    this.bytes = bytes
    this.view = viewOf(bytes)
    this.#envelopes = envelopes
    this.#answer = answer
  }

  get left(): number {
    return this.count - this.#taken
  }
  /** the place of the command that was taken last */
  get index(): number {
    return this.#taken - 1
  }
  /** bounds of its envelope */
  from = 0
  until = 0
  get envelope(): Envelope | null {
    return this.#envelopes?.[this.#taken - 1] ?? null
  }

  /** Tells the raw door, before every few dozen commands, which they are. */
  lookAhead(raw: RawDoor): void {
    if (this.#taken < this.#ahead || raw.expect === undefined) return
    let at = this.#at
    this.#ahead = Math.min(this.count, this.#taken + AHEAD)
    for (let index = this.#taken; index < this.#ahead; index++) {
      const from = at + 4
      at = from + this.view.getUint32(at, true)
      if ((this.#envelopes?.[index] ?? null) === null) raw.expect(this.bytes, from, at)
    }
    raw.gather?.()
  }
  /** Goes on to the next command. */
  take(): void {
    this.from = this.#at + 4
    this.until = this.from + this.view.getUint32(this.#at, true)
    this.#at = this.until
    this.#taken++
  }

  /** The command taken last was executed. */
  executed(batch: Batch, place: number): void {
    const index = this.#taken - 1
    const run = this.#last
    if (run !== null && run.batch === batch && index - run.index === place - run.place) return
    this.#last = { batch, place, index }
    this.#runs.push(this.#last)
  }
  /** A reply that is not of a batch will come for the command taken last. */
  later(): (reply: Reply) => void {
    const { index } = this
    this.#open++
    return (reply) => {
      this.#replies ??= new Map()
      this.#replies.set(index, reply)
      this.#close()
    }
  }
  /** The command taken last has a reply that is given with the others. */
  replied(reply: Reply): void {
    this.later()(reply)
  }
  /** All were taken and all that they did is durable, or why it will not be. */
  end(fault: Error | null): void {
    if (fault === null) return this.#close()
    if (this.#open === 0) return
    this.#open = 0
    this.#answer(fault)
  }

  seqOf(index: number): number {
    const late = this.#replies?.get(index)
    if (late !== undefined) return late.seq
    const run = this.#runOf(index)
    return run.batch.firstSeq + placeIn(run, index)
  }
  replyOf(index: number): Reply {
    const late = this.#replies?.get(index)
    if (late !== undefined) return late
    const run = this.#runOf(index)
    return { ...run.batch.eventRecord(placeIn(run, index)), replayed: false }
  }

  bytesOf(index: number): RecordBytes | null {
    if (this.#replies?.has(index) === true) return null
    const run = this.#runOf(index)
    return run.batch.eventBytes(placeIn(run, index))
  }

  #runOf(index: number): Run {
    let at = this.#runs.length - 1
    while (at > 0 && this.#runs[at]!.index > index) at--
    const run = this.#runs[at]
    if (run === undefined || index >= this.count) fail(`command ${index} of ${this.count}`)
    return run
  }

  #close(): void {
    if (this.#open === 0) return
    this.#open--
    if (this.#open === 0) this.#answer(this)
  }
}

function placeIn(run: Run, index: number): number {
  return run.place + index - run.index
}
