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
import { Table, type AnyTable, type Stateful } from '../table.ts'
import { moneyText } from './funds.ts'
import {
  PERIODS,
  addCommitted,
  addSpent,
  capOf,
  limitOf,
  newSpending,
  setLimit,
  spendingRow,
  spentIn,
  type Bound,
  type SpendingRow,
} from './spending.ts'

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
  readonly #table = new Table<SpendingRow>('spending', spendingRow, (row) => row.id)
  readonly tables = [this.#table as unknown as AnyTable]
  // derived; a row that was never written is here only, with id 0
  #bySubject = newIndex()
  #paths = newPaths()

  constructor(members: MembersDesk) {
    this.#members = members
  }

  /** BUDGET_EXCEEDED for the first cap that so much more would pass. Changes nothing. */
  check(path: BudgetPath, moreMicro: number, timeUs: number): Refusal | null {
    if (moreMicro <= 0) return null
    for (const bound of this.#boundsOf(path)) {
      if (!isBinding(bound)) continue
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
  /** Counts a hold or escrow that an earlier check allowed. */
  commit(path: BudgetPath, micro: number): void {
    assert(micro >= 0, 'commit below zero')
    for (const { row } of this.#boundsOf(path)) addCommitted(this.#keep(row), micro)
  }
  /** Gives back what is not held or escrowed any more. */
  release(path: BudgetPath, micro: number): void {
    assert(micro >= 0, 'release below zero')
    for (const { row } of this.#boundsOf(path)) addCommitted(this.#keep(row), -micro)
  }
  /** Turns committed into spent, in the periods that hold the time. */
  spend(path: BudgetPath, micro: bigint, timeUs: number): void {
    assert(micro >= 0n, 'spend below zero')
    for (const { row } of this.#boundsOf(path)) addSpent(this.#keep(row), micro, timeUs)
  }
  /** Smallest room left under all caps of the path, not below 0; null when there is no cap. */
  headroom(path: BudgetPath, timeUs: number): bigint | null {
    let least: bigint | null = null
    for (const bound of this.#boundsOf(path)) {
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
    this.#paths = newPaths()
    for (const row of this.#table.values()) this.#bySubject[row.scope].set(row.subject, row)
  }

  /** Every step of a path, found once: a key's account, member and issuers never change. */
  #boundsOf(path: BudgetPath): readonly Bound[] {
    const isKey = path.key !== SYSTEM_KEY
    const paths = isKey ? this.#paths.byKey : this.#paths.byAccount
    const id = isKey ? path.key : path.account
    const known = paths[id]
    if (known !== undefined) return known
    const keys = this.#members.issuersOf(path.key)
    if (isKey && keys[0]?.account !== path.account) fail(`key ${path.key} is of another account`)
    const bounds = [
      this.#bound('member', this.#members.memberOf(path.account)),
      this.#bound('account', path.account),
      ...keys.map(({ key }) => this.#bound('key', key)),
    ]
    paths[id] = bounds
    return bounds
  }
  #bound(scope: BudgetScope, subject: number): Bound {
    const capMicro = scope === 'key' ? (this.#members.key(subject)?.capMicro ?? null) : null
    return { row: this.#rowOf(scope, subject), capMicro }
  }
  #rowOf(scope: BudgetScope, subject: number): SpendingRow {
    const found = this.#bySubject[scope].get(subject)
    if (found !== undefined) return found
    const row = newSpending(scope, subject)
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

function newIndex(): Record<BudgetScope, Map<number, SpendingRow>> {
  return { member: new Map(), account: new Map(), key: new Map() }
}

function newPaths(): Record<'byKey' | 'byAccount', (readonly Bound[] | undefined)[]> {
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
