/**
 * What is left of a mass change whose command has its events: steps that the next Ticks take, which
 * come before any other command (rule TRD-036).
 */
import { oneOf, struct, u32, u53, type Infer } from '../kernel/index.ts'
import type { Context } from './context.ts'
import { Table, type AnyTable, type Counters, type Stateful } from './table.ts'
import type { Timers } from './timers.ts'

/** delist: an instrument's orders end. regrade, supply: a node is graded anew, its offers follow. */
const stepKind = oneOf('delist', 'regrade', 'supply')
export type StepKind = Infer<typeof stepKind>
const stepRow = struct({ step: u53, kind: stepKind, subject: u32 })
export type StepRow = Infer<typeof stepRow>

export class Backlog implements Stateful {
  readonly #steps = new Table<StepRow>('backlog', stepRow, (row) => row.step)
  readonly tables = [this.#steps as unknown as AnyTable]
  readonly #counters: Counters
  readonly #timers: Timers

  constructor(counters: Counters, timers: Timers) {
    this.#counters = counters
    this.#timers = timers
  }

  /** Puts a step at the end. */
  add(ctx: Context, kind: StepKind, subject: number): void {
    if (this.#steps.size === 0) this.#wake(ctx)
    this.#steps.insert({ step: this.#counters.next('step'), kind, subject })
  }
  /** Timer `backlog`: takes steps in order until the command is full; `take` answers when one is done. */
  work(ctx: Context, take: (row: StepRow) => boolean): void {
    for (const row of this.#steps.values()) {
      if (ctx.isFull) break
      if (take(row)) this.#steps.delete(row.step)
    }
    if (this.#steps.size > 0) this.#wake(ctx)
  }
  rebuild(): void {
    // the timer is a row of its own
  }

  #wake(ctx: Context): void {
    this.#timers.schedule(ctx.timeUs, 'backlog', 0)
  }
}
