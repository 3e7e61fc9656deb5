/** Timers of the state machine: records by id, fired in (due, id) order. */
import { fail } from '../kernel/index.ts'
import { RecordStore, tableOf } from './record-store.ts'
import { Table, type AnyTable, type Counters, type Sequence, type Stateful } from './table.ts'
import { TimerHeap } from './timer-heap.ts'
import { ArmedTimer, TIMER_WORDS, timerRow, type Timer, type TimerKind } from './timer-record.ts'

export type { Timer, TimerKind } from './timer-record.ts'

export class Timers implements Stateful {
  readonly #armed = new RecordStore(
    'timers',
    TIMER_WORDS,
    (cells, record) => new ArmedTimer(cells, record),
  )
  /** set aside: they tripped an assert and wait for the operator (rule ENG-012) */
  readonly #held = new Table<Timer>('held_timers', timerRow, (row) => row.id)
  readonly tables = [
    tableOf<Timer>(
      'timers',
      timerRow,
      (row) => row.id,
      () => this.#armed.rows(),
      ({ id, dueUs, kind, subject }) => this.#armed.add(id).set(id, dueUs, kind, subject),
    ),
    this.#held as unknown as AnyTable,
  ]
  readonly #ids: Sequence
  /** an entry whose timer has gone stays until it is the first */
  readonly #heap = new TimerHeap()

  constructor(counters: Counters) {
    this.#ids = counters.sequence('timer')
  }

  /** Arms a timer; the returned id cancels it. A due time in the past fires at the next Tick. */
  schedule(dueUs: number, kind: TimerKind, subject: number): number {
    if (!Number.isSafeInteger(dueUs) || dueUs < 0) fail(`timer due ${dueUs}`)
    const id = this.#ids.next()
    this.#arm(id, dueUs, kind, subject)
    return id
  }
  /** Disarms; an id that fired already (or 0) is ignored. */
  cancel(id: number): void {
    if (id === 0) return
    this.#armed.delete(id)
    if (this.#held.size > 0) this.#held.delete(id)
  }
  /** Sets a timer aside, if it is not already; null when it is gone. */
  hold(id: number): Timer | null {
    const row = this.#armed.get(id)?.copy()
    if (row === undefined) return this.#held.get(id) ?? null
    this.#armed.delete(id)
    return this.#held.insert(row)
  }
  isHeld(id: number): boolean {
    return this.#held.has(id)
  }
  /** Has it fired or been cancelled? */
  isGone(id: number): boolean {
    return id > 0 && id < this.#ids.peek() && !this.#armed.has(id) && !this.#held.has(id)
  }
  /** Arms a held timer again, due no earlier than now: what happened meanwhile has happened. */
  release(id: number, nowUs: number): void {
    const { dueUs, kind, subject } = this.#held.must(id)
    this.#held.delete(id)
    this.#arm(id, Math.max(dueUs, nowUs), kind, subject)
  }
  /** Due time of the first armed timer, or null. */
  nextDueUs(): number | null {
    return this.#first()?.dueUs ?? null
  }
  /** Takes the first timer due at or before `timeUs`, or null. */
  take(timeUs: number): Timer | null {
    const first = this.#first()
    if (first === null || first.dueUs > timeUs) return null
    const timer = first.copy()
    this.#heap.pop()
    this.#armed.delete(timer.id)
    return timer
  }
  /** Armed timers of the kinds given, for deadlines that shift over a gap. */
  armed(kinds: ReadonlySet<TimerKind>): Timer[] {
    const rows = this.#armed.rows().filter((row) => kinds.has(row.kind))
    return rows.map((row) => row.copy())
  }
  rebuild(): void {
    this.#heap.clear()
    for (const { dueUs, id } of this.#armed.rows()) this.#heap.push(dueUs, id)
  }

  #arm(id: number, dueUs: number, kind: TimerKind, subject: number): void {
    this.#armed.add(id).set(id, dueUs, kind, subject)
    this.#heap.push(dueUs, id)
  }
  #first(): ArmedTimer | null {
    const heap = this.#heap
    while (heap.size > 0) {
      const row = this.#armed.get(heap.id)
      // One that was held and released has an entry of its former time as well.
      if (row !== undefined && row.dueUs === heap.dueUs) return row
      heap.pop()
    }
    return null
  }
}
