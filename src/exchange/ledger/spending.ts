import {
  checkMoney,
  fail,
  i53,
  i64,
  nullable,
  struct,
  u32,
  u53,
  type Codec,
  type Infer,
} from '../../kernel/index.ts'
import { budgetScope, type BudgetPeriod, type BudgetScope } from '../../messages/index.ts'
import { dayOf, monthOf } from './period.ts'
import type { SpendingSums } from './spending-sums.ts'

/** What a member, account or key has spent and committed, and its budgets. Kept with or without budgets. */
const spendingFields = struct({
  id: u53,
  scope: budgetScope,
  subject: u32,
  /** held and escrowed worst case, not spent yet */
  committedMicro: i53,
  totalMicro: i64,
  /** UTC day and month that the two sums below are about */
  day: u32,
  dayMicro: i64,
  month: u32,
  monthMicro: i64,
  totalLimitMicro: nullable(i64),
  dayLimitMicro: nullable(i64),
  monthLimitMicro: nullable(i64),
})
type Fields = Infer<typeof spendingFields>

export const spendingCodec = (sums: SpendingSums): Codec<SpendingRow> => ({
  write: spendingFields.write,
  read: (reader) => new SpendingRow(spendingFields.read(reader), sums),
})

export class SpendingRow implements Fields {
  id: number
  readonly scope: BudgetScope
  readonly subject: number
  month: number
  #totalMicro: bigint
  #dayMicro: bigint
  #monthMicro: bigint
  totalLimitMicro: bigint | null
  dayLimitMicro: bigint | null
  monthLimitMicro: bigint | null
  /** of its numbers in the sums: what is committed, and what was spent today and is in none of these yet */
  readonly place: number
  readonly #sums: SpendingSums

  constructor(from: Fields, sums: SpendingSums) {
    this.id = from.id
    this.scope = from.scope
    this.subject = from.subject
    this.#totalMicro = from.totalMicro
    this.#dayMicro = from.dayMicro
    this.month = from.month
    this.#monthMicro = from.monthMicro
    this.totalLimitMicro = from.totalLimitMicro
    this.dayLimitMicro = from.dayLimitMicro
    this.monthLimitMicro = from.monthLimitMicro
    this.#sums = sums
    this.place = sums.take()
    this.committedMicro = from.committedMicro
    this.day = from.day
  }
  get totalMicro(): bigint {
    return this.#totalMicro + BigInt(this.#newMicro())
  }
  get dayMicro(): bigint {
    return this.#dayMicro + BigInt(this.#newMicro())
  }
  get monthMicro(): bigint {
    return this.#monthMicro + BigInt(this.#newMicro())
  }
  get day(): number {
    return this.#sums.day(this.place)
  }
  set day(value: number) {
    this.#sums.setDay(this.place, value)
  }
  /** Spent in the day and month that the row is about. */
  spendToday(micro: number): void {
    if (!Number.isSafeInteger(this.#newMicro() + micro)) this.#settle()
    this.#sums.setToday(this.place, this.#newMicro() + micro)
  }
  /** Spent in a day that is over: it counts in the month where that is not over, and in total. */
  spendBefore(micro: number, isThisMonth: boolean): void {
    this.#totalMicro = checkMoney(this.#totalMicro + BigInt(micro))
    if (isThisMonth) this.#monthMicro += BigInt(micro)
  }
  /** Another day begins, and perhaps another month. */
  turn(day: number, month: number): void {
    this.#settle()
    this.day = day
    this.#dayMicro = 0n
    if (month === this.month) return
    this.month = month
    this.#monthMicro = 0n
  }
  #settle(): void {
    const micro = BigInt(this.#newMicro())
    this.#sums.setToday(this.place, 0)
    this.#totalMicro = checkMoney(this.#totalMicro + micro)
    this.#dayMicro += micro
    this.#monthMicro += micro
  }
  get committedMicro(): number {
    return this.#sums.committed(this.place)
  }
  set committedMicro(value: number) {
    this.#sums.setCommitted(this.place, value)
  }
  #newMicro(): number {
    return this.#sums.today(this.place)
  }
}

/** A row and, for a key, the cap that it was issued with: one step of a budget path. */
export interface Bound {
  readonly row: SpendingRow
  readonly capMicro: bigint | null
}

export const PERIODS = ['total', 'day', 'month'] as const satisfies readonly BudgetPeriod[]

/** A row of nothing; id 0 until it is kept. */
export function newSpending(scope: BudgetScope, subject: number, sums: SpendingSums): SpendingRow {
  const nothing = {
    id: 0,
    scope,
    subject,
    committedMicro: 0,
    totalMicro: 0n,
    day: 0,
    dayMicro: 0n,
    month: 0,
    monthMicro: 0n,
    totalLimitMicro: null,
    dayLimitMicro: null,
    monthLimitMicro: null,
  }
  return new SpendingRow(nothing, sums)
}

/** The hard cap of a step for a period: the budget, and in total also the key's own cap. */
export function capOf({ row, capMicro }: Bound, period: BudgetPeriod): bigint | null {
  const limit = limitOf(row, period)
  if (period !== 'total' || capMicro === null) return limit
  return limit === null || capMicro < limit ? capMicro : limit
}

export function limitOf(row: SpendingRow, period: BudgetPeriod): bigint | null {
  if (period === 'total') return row.totalLimitMicro
  return period === 'day' ? row.dayLimitMicro : row.monthLimitMicro
}

export function setLimit(row: SpendingRow, period: BudgetPeriod, limitMicro: bigint | null): void {
  if (period === 'total') row.totalLimitMicro = limitMicro
  else if (period === 'day') row.dayLimitMicro = limitMicro
  else row.monthLimitMicro = limitMicro
}

/** Spent in the period that holds the time. */
export function spentIn(row: SpendingRow, period: BudgetPeriod, timeUs: number): bigint {
  if (period === 'total') return row.totalMicro
  if (period === 'day') return row.day === dayOf(timeUs) ? row.dayMicro : 0n
  return row.month === monthOf(timeUs) ? row.monthMicro : 0n
}

/**
 * Moves an amount from committed to spent at the time. After a gap timers fire at their own, earlier
 * times: what belongs to a day or month that is over does not count in the present one.
 */
export function addSpent(row: SpendingRow, micro: number, timeUs: number): void {
  const day = dayOf(timeUs)
  if (day > row.day) row.turn(day, monthOf(timeUs))
  if (day === row.day) row.spendToday(micro)
  else row.spendBefore(micro, monthOf(timeUs) === row.month)
  addCommitted(row, -micro)
}

/** No more than all money of the asset can be committed, so it stays a safe integer (LED-017). */
function addCommitted(row: SpendingRow, micro: number): void {
  row.committedMicro += micro
  if (row.committedMicro < 0) fail(`${row.scope} ${row.subject}: committed below zero`)
}
