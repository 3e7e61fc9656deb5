import { i64, struct, text, u16, u53, type Infer } from '../../kernel/index.ts'
import { CHART } from '../../messages/index.ts'
import { Table, type AnyTable, type Counters, type Stateful } from '../table.ts'

/** One balance, debit positive, in micro-units of the asset. `debitMicro` changes in place. */
const balanceRow = struct({
  id: u53,
  code: u16,
  owner: u53,
  asset: text(24),
  debitMicro: i64,
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

  constructor(counters: Counters) {
    this.#counters = counters
  }

  find(code: number, owner: number, asset: string): BalanceRow | undefined {
    return this.#byAsset.get(asset)?.get(code)?.get(owner)
  }
  findOrOpen(code: number, owner: number, asset: string): BalanceRow {
    const found = this.find(code, owner, asset)
    if (found !== undefined) return found
    const row = { id: this.#counters.next('balance'), code, owner, asset, debitMicro: 0n }
    this.#index(this.#table.insert(row))
    return row
  }
  /** Drops an empty row of a lease, so that ended leases leave nothing behind. */
  dropIfDone(row: BalanceRow): void {
    if (row.debitMicro !== 0n || !PASSING.has(row.code)) return
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
    for (const row of this.#table.values()) this.#index(row)
  }

  #index(row: BalanceRow): void {
    let byCode = this.#byAsset.get(row.asset)
    if (byCode === undefined) this.#byAsset.set(row.asset, (byCode = new Map()))
    let byOwner = byCode.get(row.code)
    if (byOwner === undefined) byCode.set(row.code, (byOwner = new Map()))
    byOwner.set(row.owner, row)
  }
}
