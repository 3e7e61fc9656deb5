import { i53, struct, text, u16, u53, type Infer } from '../../kernel/index.ts'
import { CHART, CNY } from '../../messages/index.ts'
import { Table, type AnyTable, type Counters, type Stateful } from '../table.ts'

/**
 * One balance, debit positive, in micro-units of the asset. `debitMicro` changes in place. It is a
 * safe integer, as the debits of an asset together are (rule LED-017, ADR 0013).
 */
const balanceRow = struct({
  id: u53,
  code: u16,
  owner: u53,
  asset: text(24),
  debitMicro: i53,
})
export type BalanceRow = Infer<typeof balanceRow>

/** Codes whose owner is a lease: their rows go when they are empty, accounts' rows stay. */
const PASSING: ReadonlySet<number> = new Set([CHART.LEASE_ESCROW, CHART.FEE_ESCROW])

type ByOwner = Map<number, BalanceRow>
type ByCode = Map<number, ByOwner>

/** Balance rows with an index asset -> code -> owner; integer keys keep each step a small-integer look-up. */
export class Balances implements Stateful {
  readonly #counters: Counters
  readonly #table = new Table<BalanceRow>('balances', balanceRow, (row) => row.id)
  readonly tables = [this.#table as unknown as AnyTable]
  #byAsset = new Map<string, ByCode>()
  /** the two rows of an account that every order touches, by account */
  #available: (BalanceRow | undefined)[] = []
  #hold: (BalanceRow | undefined)[] = []

  constructor(counters: Counters) {
    this.#counters = counters
  }

  /** Free CNY of an account. */
  availableOf(account: number): BalanceRow {
    return this.#available[account] ?? this.findOrOpen(CHART.AVAILABLE, account, CNY)
  }
  /** Free CNY of an account in micro-units; a look that opens no row. */
  freeMicro(account: number): number {
    const row = this.#available[account]
    return row === undefined ? 0 : -row.debitMicro
  }
  /** CNY that an account's orders hold. */
  holdOf(account: number): BalanceRow {
    return this.#hold[account] ?? this.findOrOpen(CHART.HOLD, account, CNY)
  }
  find(code: number, owner: number, asset: string): BalanceRow | undefined {
    return this.#byAsset.get(asset)?.get(code)?.get(owner)
  }
  findOrOpen(code: number, owner: number, asset: string): BalanceRow {
    const found = this.find(code, owner, asset)
    if (found !== undefined) return found
    const row = { id: this.#counters.next('balance'), code, owner, asset, debitMicro: 0 }
    this.#index(this.#table.insert(row))
    return row
  }
  /** Drops an empty row of a lease, so that ended leases leave nothing behind. */
  dropIfDone(row: BalanceRow): void {
    if (row.debitMicro !== 0 || !PASSING.has(row.code)) return
    this.#table.delete(row.id)
    this.#byAsset.get(row.asset)?.get(row.code)?.delete(row.owner)
  }
  /** Assets in which the owner has a row of one of the codes, sorted. */
  assetsOf(owner: number, codes: readonly number[]): string[] {
    return [...this.#byAsset]
      .filter(([, byCode]) => codes.some((code) => byCode.get(code)?.has(owner) === true))
      .map(([asset]) => asset)
      .toSorted()
  }
  values(): IterableIterator<BalanceRow> {
    return this.#table.values()
  }
  rebuild(): void {
    this.#byAsset = new Map()
    this.#available = []
    this.#hold = []
    for (const row of this.#table.values()) this.#index(row)
  }

  #index(row: BalanceRow): void {
    let byCode = this.#byAsset.get(row.asset)
    if (byCode === undefined) this.#byAsset.set(row.asset, (byCode = new Map()))
    let byOwner = byCode.get(row.code)
    if (byOwner === undefined) byCode.set(row.code, (byOwner = new Map()))
    byOwner.set(row.owner, row)
    if (row.asset !== CNY) return
    if (row.code === CHART.AVAILABLE) this.#available[row.owner] = row
    if (row.code === CHART.HOLD) this.#hold[row.owner] = row
  }
}
