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

/** Numbers of an account in the column: what every order moves, side by side. */
const COLUMN_STRIDE = 2
const FREE = 0
const HELD = 1
/** places in the column of the venue, owner 0: what every trade pays it */
const COMMISSION = 0
const FEES = 1
const NOWHERE = -1

/** A balance whose amount lies in the column of accounts. */
class InColumn implements BalanceRow {
  readonly id: number
  readonly code: number
  readonly owner: number
  readonly asset: string
  readonly #column: Column
  readonly #at: number

  constructor({ id, code, owner, asset, debitMicro }: BalanceRow, column: Column, at: number) {
    this.id = id
    this.code = code
    this.owner = owner
    this.asset = asset
    this.#column = column
    this.#at = at
    this.debitMicro = debitMicro
  }
  get debitMicro(): number {
    return this.#column.get(this.#at)
  }
  set debitMicro(value: number) {
    this.#column.set(this.#at, value)
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
  /** free and held CNY of accounts: debit positive, NaN before the row is opened */
  readonly #accounts = new Column(Number.NaN)
  /** commission and fees in CNY, likewise */
  readonly #venue = new Column(Number.NaN)

  constructor(counters: Counters) {
    this.#ids = counters.sequence('balance')
    this.#escrows = new Escrows(this.#ids)
  }

  /** Free CNY of an account in micro-units; a look that opens no row. */
  freeMicro(account: number): number {
    const debit = this.#accounts.get(account * COLUMN_STRIDE + FREE)
    return Number.isNaN(debit) ? 0 : 0 - debit
  }
  /** Moves free CNY of an account into the hold of its orders, or back where it is below zero. */
  shift(account: number, micro: number): void {
    const column = this.#accounts
    const at = account * COLUMN_STRIDE
    if (Number.isNaN(column.get(at + FREE))) this.findOrOpen(CHART.AVAILABLE, account, CNY)
    if (Number.isNaN(column.get(at + HELD))) this.findOrOpen(CHART.HOLD, account, CNY)
    const available = column.get(at + FREE) + micro
    const held = column.get(at + HELD) - micro
    if (available > 0 || held > 0) fail(`a hold of ${account} falls below zero`)
    if (!Number.isSafeInteger(available) || !Number.isSafeInteger(held)) {
      fail(`a hold of ${account} leaves the safe integers`)
    }
    column.set(at + FREE, available)
    column.set(at + HELD, held)
  }
  /** CNY of an account that its orders hold, in micro-units; a look that opens no row. */
  heldMicro(account: number): number {
    const debit = this.#accounts.get(account * COLUMN_STRIDE + HELD)
    return Number.isNaN(debit) ? 0 : 0 - debit
  }
  /** So much more of CNY, debit positive; the debit after it. */
  add(code: number, owner: number, micro: number): number {
    if (isEscrow(code)) return this.#escrows.add(code, owner, micro)
    const at = placeOf(code, owner)
    const column = this.#columnOf(owner)
    const debit = at === NOWHERE ? Number.NaN : column.get(at) + micro
    if (!Number.isSafeInteger(debit)) return addTo(this.findOrOpen(code, owner, CNY), micro)
    column.set(at, debit)
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
  #columnOf(owner: number): Column {
    return owner === 0 ? this.#venue : this.#accounts
  }
  #rowOf(row: BalanceRow): BalanceRow {
    const at = row.asset === CNY ? placeOf(row.code, row.owner) : NOWHERE
    return at === NOWHERE ? row : new InColumn(row, this.#columnOf(row.owner), at)
  }
}

/** Where a balance of CNY lies in the column of accounts, or in that of the venue. */
function placeOf(code: number, owner: number): number {
  if (owner === 0)
    return code === CHART.COMMISSION ? COMMISSION : code === CHART.FEES ? FEES : NOWHERE
  if (code === CHART.AVAILABLE) return owner * COLUMN_STRIDE + FREE
  return code === CHART.HOLD ? owner * COLUMN_STRIDE + HELD : NOWHERE
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
