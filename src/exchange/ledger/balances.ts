import { fail, i53, struct, text, u16, u53, type Infer } from '../../kernel/index.ts'
import { CHART, CNY } from '../../messages/index.ts'
import { Column } from '../column.ts'
import { Paged } from '../paged.ts'
import { tableOf } from '../record-store.ts'
import { Table, type AnyTable, type Counters, type Sequence, type Stateful } from '../table.ts'
import { Escrows, isEscrow } from './escrows.ts'

/**
 * One balance, debit positive, in micro-units of the asset. `debitMicro` changes in place. It is a
 * safe integer, as the debits of an asset together are (rule LED-017, ADR 0013).
 */
const balanceFields = struct({
  id: u53,
  code: u16,
  owner: u53,
  asset: text(24),
  debitMicro: i53,
})
export type BalanceRow = Infer<typeof balanceFields>

/** A balance whose amount lies in the column of its code, by owner. */
class InColumn implements BalanceRow {
  readonly id: number
  readonly code: number
  readonly owner: number
  readonly asset: string
  readonly #column: Column

  constructor({ id, code, owner, asset, debitMicro }: BalanceRow, column: Column) {
    this.id = id
    this.code = code
    this.owner = owner
    this.asset = asset
    this.#column = column
    this.debitMicro = debitMicro
  }
  get debitMicro(): number {
    return this.#column.get(this.owner)
  }
  set debitMicro(value: number) {
    this.#column.set(this.owner, value)
  }
}

type ByOwner = Paged<BalanceRow>
type ByCode = Map<number, ByOwner>

/** Balance rows with an index asset -> code -> owner; integer keys keep each step a small-integer look-up. */
export class Balances implements Stateful {
  readonly #ids: Sequence
  readonly #table = new Table<BalanceRow>('balances', balanceFields, (row) => row.id)
  readonly #escrows: Escrows
  readonly tables: readonly AnyTable[] = [
    tableOf<BalanceRow>(
      'balances',
      balanceFields,
      (row) => row.id,
      () => this.values(),
      (row) => {
        if (isOfLease(row.code, row.asset)) this.#escrows.load(row)
        else this.#table.insert(this.#rowOf(row))
      },
    ),
  ]
  #byAsset = new Map<string, ByCode>()
  /** CNY of accounts that every order moves: debit positive, NaN before the row is opened */
  readonly #available = new Column(Number.NaN)
  readonly #hold = new Column(Number.NaN)

  constructor(counters: Counters) {
    this.#ids = counters.sequence('balance')
    this.#escrows = new Escrows(this.#ids)
  }

  /** Free CNY of an account in micro-units; a look that opens no row. */
  freeMicro(account: number): number {
    const debit = this.#available.get(account)
    return Number.isNaN(debit) ? 0 : 0 - debit
  }
  /** Moves free CNY of an account into the hold of its orders, or back where it is below zero. */
  shift(account: number, micro: number): void {
    if (Number.isNaN(this.#available.get(account))) this.findOrOpen(CHART.AVAILABLE, account, CNY)
    if (Number.isNaN(this.#hold.get(account))) this.findOrOpen(CHART.HOLD, account, CNY)
    const available = this.#available.get(account) + micro
    const held = this.#hold.get(account) - micro
    if (available > 0 || held > 0) fail(`a hold of ${account} falls below zero`)
    if (!Number.isSafeInteger(available) || !Number.isSafeInteger(held)) {
      fail(`a hold of ${account} leaves the safe integers`)
    }
    this.#available.set(account, available)
    this.#hold.set(account, held)
  }
  /** CNY of an account that its orders hold, in micro-units; a look that opens no row. */
  heldMicro(account: number): number {
    const debit = this.#hold.get(account)
    return Number.isNaN(debit) ? 0 : 0 - debit
  }
  /** So much more of CNY, debit positive; the debit after it. */
  add(code: number, owner: number, micro: number): number {
    if (isEscrow(code)) return this.#escrows.add(code, owner, micro)
    const column =
      code === CHART.AVAILABLE ? this.#available : code === CHART.HOLD ? this.#hold : null
    const before = column === null ? Number.NaN : column.get(owner)
    const debit = before + micro
    if (column === null || !Number.isSafeInteger(debit)) {
      return addTo(this.findOrOpen(code, owner, CNY), micro)
    }
    column.set(owner, debit)
    return debit
  }
  find(code: number, owner: number, asset: string): BalanceRow | undefined {
    if (isOfLease(code, asset)) return this.#escrows.find(code, owner)
    return this.#byAsset.get(asset)?.get(code)?.get(owner)
  }
  findOrOpen(code: number, owner: number, asset: string): BalanceRow {
    if (isOfLease(code, asset)) return this.#escrows.findOrOpen(code, owner)
    const found = this.find(code, owner, asset)
    if (found !== undefined) return found
    const id = this.#ids.next()
    const row = this.#rowOf({ id, code, owner, asset, debitMicro: 0 })
    this.#index(this.#table.insert(row))
    return row
  }
  /** Drops an empty row of a lease, so that ended leases leave nothing behind. */
  dropIfDone(row: BalanceRow): void {
    if (isOfLease(row.code, row.asset)) this.#escrows.dropIfDone(row)
  }
  /** Assets in which the owner has a row of one of the codes, sorted. */
  assetsOf(owner: number, codes: readonly number[]): string[] {
    return [...this.#byAsset]
      .filter(([, byCode]) => codes.some((code) => byCode.get(code)?.get(owner) !== undefined))
      .map(([asset]) => asset)
      .toSorted()
  }
  /** All, in the order of their ids. */
  values(): BalanceRow[] {
    return [...this.#table.values(), ...this.#escrows.rows()].toSorted((a, b) => a.id - b.id)
  }
  rebuild(): void {
    this.#byAsset = new Map()
    for (const row of this.#table.values()) this.#index(row)
  }

  #index(row: BalanceRow): void {
    let byCode = this.#byAsset.get(row.asset)
    if (byCode === undefined) this.#byAsset.set(row.asset, (byCode = new Map()))
    let byOwner = byCode.get(row.code)
    if (byOwner === undefined) byCode.set(row.code, (byOwner = new Paged('balances')))
    byOwner.set(row.owner, row)
  }
  #rowOf(row: BalanceRow): BalanceRow {
    if (row.asset === CNY && row.code === CHART.AVAILABLE) return new InColumn(row, this.#available)
    if (row.asset === CNY && row.code === CHART.HOLD) return new InColumn(row, this.#hold)
    return row
  }
}

/** Only leases of CNY have escrow. */
function isOfLease(code: number, asset: string): boolean {
  return isEscrow(code) && asset === CNY
}

/** Adds to a balance; the debit after it. Asserts that it stays a safe integer. */
export function addTo(row: BalanceRow, micro: number): number {
  row.debitMicro += micro
  if (!Number.isSafeInteger(row.debitMicro))
    fail(`${row.code} of ${row.owner} leaves the safe integers`)
  return row.debitMicro
}
