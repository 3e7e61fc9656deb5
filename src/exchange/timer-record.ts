/** An armed timer in a record. */
import { oneOf, struct, u53, type Infer } from '../kernel/index.ts'
import type { Cells } from './cells.ts'

const timerKind = oneOf(
  'order_expiry',
  'offer_expiry',
  'start_deadline',
  'renewal',
  'accrual',
  'funded_end',
  'settle_deadline',
  'retention',
  'proposal_expiry',
  'grade_expiry',
  'commitment_start',
  'commitment_end',
  'cancel_after',
  'backlog',
  'sla_window',
  'challenge_deadline',
  'dispute_deadline',
)
export type TimerKind = Infer<typeof timerKind>

export const timerRow = struct({ id: u53, dueUs: u53, kind: timerKind, subject: u53 })
export type Timer = Readonly<Infer<typeof timerRow>>

// doubles of a record
const ID = 0
const DUE_US = 1
const SUBJECT = 2
/** a word */
const KIND = 6
export const TIMER_WORDS = 8

export class ArmedTimer implements Timer {
  readonly #words: Int32Array
  readonly #doubles: Float64Array
  readonly #word: number
  readonly #double: number

  constructor(cells: Cells, record: number) {
    const { words, doubles } = cells.pageOf(record)
    this.#words = words
    this.#doubles = doubles
    this.#word = cells.wordOf(record)
    this.#double = this.#word >>> 1
  }

  get id(): number {
    return this.#doubles[this.#double + ID]!
  }
  get dueUs(): number {
    return this.#doubles[this.#double + DUE_US]!
  }
  get subject(): number {
    return this.#doubles[this.#double + SUBJECT]!
  }
  get kind(): TimerKind {
    return timerKind.values[this.#words[this.#word + KIND]! >>> 0]!
  }
  /** Of a new record, before anything is read of it. */
  set(id: number, dueUs: number, kind: TimerKind, subject: number): void {
    this.#doubles[this.#double + ID] = id
    this.#doubles[this.#double + DUE_US] = dueUs
    this.#doubles[this.#double + SUBJECT] = subject
    this.#words[this.#word + KIND] = timerKind.values.indexOf(kind)
  }
  /** A copy that stays when the record is another's. */
  copy(): Timer {
    const { id, dueUs, kind, subject } = this
    return { id, dueUs, kind, subject }
  }
}
