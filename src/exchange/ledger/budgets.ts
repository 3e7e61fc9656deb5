import { assert, fail, maxBig } from '../../kernel/index.ts'
import {
  SYSTEM_KEY,
  refuse,
  type BudgetPeriod,
  type BudgetScope,
  type BudgetView,
  type CommandOf,
  type Refusal,
} from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { MembersDesk } from '../members/members.ts'
import { Column } from '../column.ts'
import { Paged } from '../paged.ts'
import { Table, type AnyTable, type Stateful } from '../table.ts'
import { moneyText } from './funds.ts'
import { dayOf } from './period.ts'
import {
  PERIODS,
  addSpent,
  capOf,
  limitOf,
  newSpending,
  setLimit,
  spendingCodec,
  spentIn,
  type Bound,
  type SpendingRow,
} from './spending.ts'
import { SpendingSums } from './spending-sums.ts'

const NONE = -1
/** Numbers of a key: 1 where its path is known to have no cap; first place and length of the run in which the path lies, when its rows are kept. */
const KEY_STRIDE = 2
const UNCAPPED = 0
const KEPT = 1
/** more steps than a path in a run may have */
const RUN = 64

/** Whose money an order spends: the account, and the key that placed it (0 is the exchange itself). */
export interface BudgetPath {
  readonly account: number
  readonly key: number
}

/**
 * Hard caps of members, accounts and keys (rules LED-020 to LED-024). A path is bound by the budgets
 * of the account's member, of the account, of the key and of the keys that it was issued from, and
 * by the caps that these keys were issued with. Spending is counted with or without a budget.
 */
export class BudgetDesk implements Stateful {
  readonly #members: MembersDesk
  readonly #sums = new SpendingSums()
  readonly #table = new Table('spending', spendingCodec(this.#sums), (row) => row.id)
  readonly tables = [this.#table as unknown as AnyTable]
  // derived; a row that was never written is here only, with id 0
  #bySubject = newIndex()
  #paths = newPaths()
  /** two numbers by key, of its path */
  readonly #keys = new Column(NONE)

  constructor(members: MembersDesk) {
    this.#members = members
  }

  /** BUDGET_EXCEEDED for the first cap that so much more would pass. Changes nothing. */
  check(path: BudgetPath, moreMicro: number, timeUs: number): Refusal | null {
    if (moreMicro <= 0 || this.isUncapped(path)) return null
    const { bounds, isCapped } = this.#stepsOf(path)
    if (!isCapped) return null
    for (const bound of bounds) {
      const more = BigInt(moreMicro)
      for (const period of PERIODS) {
        const limit = capOf(bound, period)
        if (limit === null) continue
        const used = usedIn(bound.row, period, timeUs)
        if (used + more > limit) return refuseBudget(bound.row.scope, limit, used, more)
      }
    }
    return null
  }
  /** Is the path of this key without a cap? False says nothing of the exchange's own. */
  isUncapped(path: BudgetPath): boolean {
    const known = this.#keys.get(path.key * KEY_STRIDE + UNCAPPED)
    if (known !== NONE) return known === 1
    return path.key !== SYSTEM_KEY && !this.#stepsOf(path).isCapped
  }
  /** Counts a hold or escrow that an earlier check allowed. */
  commit(path: BudgetPath, micro: number): void {
    assert(micro >= 0, 'commit below zero')
    this.#addCommitted(path, micro)
  }
  /** Gives back what is not held or escrowed any more. */
  release(path: BudgetPath, micro: number): void {
    assert(micro >= 0, 'release below zero')
    this.#addCommitted(path, -micro)
  }
  /** Turns committed into spent, in the periods that hold the time. */
  spend(path: BudgetPath, micro: number, timeUs: number): void {
    this.settle(path, micro, micro, timeUs)
  }
  /** Of what is committed, `paid` is spent, in the periods that hold the time; the rest of `taken` is free again. */
  settle(path: BudgetPath, taken: number, paid: number, timeUs: number): void {
    assert(paid >= 0 && taken >= paid, 'spend below zero')
    const kept = this.#keptOf(path)
    if (kept !== NONE) {
      const first = Math.floor(kept / RUN)
      const count = kept - first * RUN
      if (this.#sums.settleRun(first, count, taken, paid, dayOf(timeUs))) return
    }
    this.#addCommitted(path, paid - taken)
    for (const { row } of this.#stepsOf(path).bounds) addSpent(this.#keep(row), paid, timeUs)
  }
  /** Smallest room left under all caps of the path, not below 0; null when there is no cap. */
  headroom(path: BudgetPath, timeUs: number): bigint | null {
    let least: bigint | null = null
    for (const bound of this.#stepsOf(path).bounds) {
      for (const period of PERIODS) {
        const limit = capOf(bound, period)
        if (limit === null) continue
        const room = maxBig(0n, limit - usedIn(bound.row, period, timeUs))
        if (least === null || room < least) least = room
      }
    }
    return least
  }

  /** The budget in force, or null; the cap that a key was issued with is not among them. */
  limit(scope: BudgetScope, subject: number, period: BudgetPeriod): bigint | null {
    return limitOf(this.#rowOf(scope, subject), period)
  }
  setBudget(ctx: Context, command: CommandOf<'SetBudget'>): void {
    setLimit(
      this.#keep(this.#rowOf(command.scope, command.subject)),
      command.period,
      command.limitMicro,
    )
    // A path that had no cap may have one now.
    this.#forgetPaths()
    ctx.emit({ ...command, kind: 'BudgetSet' })
  }
  /** Budgets of an account's member, of the account, and of its keys with the caps they came with. */
  views(account: number, timeUs: number): BudgetView[] {
    const bounds = [
      this.#bound('member', this.#members.memberOf(account)),
      this.#bound('account', account),
      ...this.#members.keyViews(account).map(({ key }) => this.#bound('key', key)),
    ]
    return bounds.flatMap((bound) => viewsOf(bound, timeUs))
  }

  rebuild(): void {
    this.#bySubject = newIndex()
    this.#forgetPaths()
    for (const row of this.#table.values()) this.#bySubject[row.scope].set(row.subject, row)
  }

  #forgetPaths(): void {
    this.#paths = newPaths()
    this.#keys.clear()
  }
  /** Where the rows of a path lie, when they are kept and in one run of places: nearly always. */
  #keptOf(path: BudgetPath): number {
    return path.key === SYSTEM_KEY ? NONE : this.#keys.get(path.key * KEY_STRIDE + KEPT)
  }
  #addCommitted(path: BudgetPath, micro: number): void {
    let kept = this.#keptOf(path)
    if (kept === NONE) kept = this.#keepPath(path)
    if (kept === NONE) {
      for (const place of this.#stepsOf(path).places) this.#commit(place, 1, micro)
      return
    }
    const first = Math.floor(kept / RUN)
    this.#commit(first, kept - first * RUN, micro)
  }
  #commit(first: number, count: number, micro: number): void {
    if (!this.#sums.commitRun(first, count, micro)) fail('committed below zero')
  }
  #keepPath(path: BudgetPath): number {
    const { bounds, places } = this.#stepsOf(path)
    for (const { row } of bounds) this.#keep(row)
    const first = places[0]!
    const isRun = places.length < RUN && places.every((place, at) => place === first + at)
    if (path.key === SYSTEM_KEY || !isRun) return NONE
    const kept = first * RUN + places.length
    this.#keys.set(path.key * KEY_STRIDE + KEPT, kept)
    return kept
  }
  /** Every step of a path, found once: a key's account, member and issuers never change. */
  #stepsOf(path: BudgetPath): Steps {
    const isKey = path.key !== SYSTEM_KEY
    const paths = isKey ? this.#paths.byKey : this.#paths.byAccount
    const id = isKey ? path.key : path.account
    const known = paths[id]
    if (known !== undefined) return known
    const keys = this.#members.issuersOf(path.key)
    if (isKey && !this.#members.isKeyOf(path.key, path.account))
      fail(`key ${path.key} is of another account`)
    const bounds = [
      this.#bound('member', this.#members.memberOf(path.account)),
      this.#bound('account', path.account),
      ...keys.map((key) => this.#bound('key', key)),
    ]
    const places = bounds.map(({ row }) => row.place)
    const steps = { bounds, places, isCapped: bounds.some(isBinding) }
    if (isKey) this.#keys.set(id * KEY_STRIDE + UNCAPPED, steps.isCapped ? 0 : 1)
    paths[id] = steps
    return steps
  }
  #bound(scope: BudgetScope, subject: number): Bound {
    const capMicro = scope === 'key' ? this.#members.capOf(subject) : null
    return { row: this.#rowOf(scope, subject), capMicro }
  }
  #rowOf(scope: BudgetScope, subject: number): SpendingRow {
    const found = this.#bySubject[scope].get(subject)
    if (found !== undefined) return found
    const row = newSpending(scope, subject, this.#sums)
    this.#bySubject[scope].set(subject, row)
    return row
  }
  /** Puts a row into the table before its first change: looking alone never changes the state. */
  #keep(row: SpendingRow): SpendingRow {
    if (row.id !== 0) return row
    row.id = this.#table.size + 1
    return this.#table.insert(row)
  }
}

function newIndex(): Record<BudgetScope, Paged<SpendingRow>> {
  return {
    member: new Paged('spending of members'),
    account: new Paged('spending of accounts'),
    key: new Paged('spending of keys'),
  }
}

/** What a path is bound by. */
interface Steps {
  readonly bounds: readonly Bound[]
  /** of the bounds' rows in the column */
  readonly places: readonly number[]
  /** has any of them a cap now? */
  readonly isCapped: boolean
}

function newPaths(): Record<'byKey' | 'byAccount', (Steps | undefined)[]> {
  return { byKey: [], byAccount: [] }
}

/** Has this step any cap? Most have none, and then nothing is to be added up. */
function isBinding({ row, capMicro }: Bound): boolean {
  return (
    capMicro !== null ||
    row.totalLimitMicro !== null ||
    row.dayLimitMicro !== null ||
    row.monthLimitMicro !== null
  )
}

function usedIn(row: SpendingRow, period: BudgetPeriod, timeUs: number): bigint {
  return spentIn(row, period, timeUs) + BigInt(row.committedMicro)
}

function viewsOf(bound: Bound, timeUs: number): BudgetView[] {
  const { scope, subject } = bound.row
  const committedMicro = BigInt(bound.row.committedMicro)
  return PERIODS.flatMap((period) => {
    const limitMicro = capOf(bound, period)
    if (limitMicro === null) return []
    const spentMicro = spentIn(bound.row, period, timeUs)
    return [{ scope, subject, period, limitMicro, spentMicro, committedMicro }]
  })
}

function refuseBudget(scope: BudgetScope, limit: bigint, used: bigint, needed: bigint): Refusal {
  return refuse('BUDGET_EXCEEDED', {
    scope,
    limit: moneyText(limit),
    used: moneyText(used),
    needed: moneyText(needed),
  })
}
