/** Timers of the state machine: rows in a table, fired in (due, id) order. */
import { assert, fail, Heap, oneOf, struct, u53, type Infer } from '../kernel/index.ts'
import { Table, type AnyTable, type Counters, type Stateful } from './table.ts'

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
)
export type TimerKind = Infer<typeof timerKind>

const timer = struct({ id: u53, dueUs: u53, kind: timerKind, subject: u53 })
export type Timer = Infer<typeof timer>

export class Timers implements Stateful {
  readonly #table = new Table('timers', timer, (row) => row.id)
  /** set aside: they tripped an assert and wait for the operator (rule ENG-012) */
  readonly #held = new Table('held_timers', timer, (row) => row.id)
  readonly tables = [this.#table as unknown as AnyTable, this.#held as unknown as AnyTable]
  readonly #counters: Counters
  #heap = new Heap<Timer>(compare)

  constructor(counters: Counters) {
    this.#counters = counters
  }

  /** Arms a timer; the returned id cancels it. A due time in the past fires at the next Tick. */
  schedule(dueUs: number, kind: TimerKind, subject: number): number {
    if (!Number.isSafeInteger(dueUs) || dueUs < 0) fail(`timer due ${dueUs}`)
    const row = this.#table.insert({ id: this.#counters.next('timer'), dueUs, kind, subject })
    this.#heap.push(row)
    return row.id
  }
  /** Disarms; an id that fired already (or 0) is ignored. */
  cancel(id: number): void {
    if (id === 0) return
    this.#table.delete(id)
    this.#held.delete(id)
  }
  /** Sets a timer aside, if it is not already; null when it is gone. */
  hold(id: number): Timer | null {
    const row = this.#table.get(id)
    if (row === undefined) return this.#held.get(id) ?? null
    this.#table.delete(id)
    return this.#held.insert(row)
  }
  isHeld(id: number): boolean {
    return this.#held.has(id)
  }
  /** Arms a held timer again, due no earlier than now: what happened meanwhile has happened. */
  release(id: number, nowUs: number): void {
    const row = this.#held.must(id)
    this.#held.delete(id)
    row.dueUs = Math.max(row.dueUs, nowUs)
    this.#heap.push(this.#table.insert(row))
  }
  /** Due time of the first armed timer, or null. */
  nextDueUs(): number | null {
    for (let first = this.#heap.peek(); first !== undefined; first = this.#heap.peek()) {
      if (this.#table.has(first.id)) return first.dueUs
      this.#heap.pop()
    }
    return null
  }
  /** Takes the first timer due at or before `timeUs`, or null. */
  take(timeUs: number): Timer | null {
    const due = this.nextDueUs()
    if (due === null || due > timeUs) return null
    const first = this.#heap.pop()
    assert(first !== undefined, 'a due timer is in the heap')
    this.#table.delete(first.id)
    return first
  }
  /** Armed timers of the kinds given, for deadlines that shift over a gap. */
  armed(kinds: ReadonlySet<TimerKind>): Timer[] {
    return this.#table.rows().filter((row) => kinds.has(row.kind))
  }
  rebuild(): void {
    this.#heap = new Heap<Timer>(compare)
    for (const row of this.#table.values()) this.#heap.push(row)
  }
}

function compare(a: Timer, b: Timer): number {
  return a.dueUs - b.dueUs || a.id - b.id
}
