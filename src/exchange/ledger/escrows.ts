/**
 * Escrow of leases in CNY: what is set aside for the seller and for fees, both in one record by lease. A
 * balance is there while it is not zero, so that ended leases leave nothing behind.
 */
import { fail } from '../../kernel/index.ts'
import { CHART, CNY } from '../../messages/index.ts'
import type { Cells } from '../cells.ts'
import { RecordStore } from '../record-store.ts'
import type { Sequence } from '../table.ts'
import type { BalanceRow } from './balances.ts'

// doubles of a record: the lease; row id and debit of its principal, and of its fees
const LEASE = 0
const PRINCIPAL = 1
const FEE = 3
const WORDS = 10

/** Codes whose owner is a lease. */
export function isEscrow(code: number): boolean {
  return code === CHART.LEASE_ESCROW || code === CHART.FEE_ESCROW
}

/** Both balances of a lease; a row id of 0 is no balance. */
class Escrow {
  readonly #doubles: Float64Array
  readonly #double: number

  constructor(cells: Cells, record: number) {
    this.#doubles = cells.pageOf(record).doubles
    this.#double = cells.wordOf(record) >>> 1
  }

  get lease(): number {
    return this.#doubles[this.#double + LEASE]!
  }
  set lease(value: number) {
    this.#doubles[this.#double + LEASE] = value
  }
  idOf(code: number): number {
    return this.#doubles[this.#double + placeOf(code)]!
  }
  debitOf(code: number): number {
    return this.#doubles[this.#double + placeOf(code) + 1]!
  }
  set(code: number, id: number, debitMicro: number): void {
    const at = placeOf(code)
    this.#doubles[this.#double + at] = id
    this.#doubles[this.#double + at + 1] = debitMicro
  }
  get isEmpty(): boolean {
    return this.idOf(CHART.LEASE_ESCROW) === 0 && this.idOf(CHART.FEE_ESCROW) === 0
  }
}

/** One of them as the rest of the ledger sees it. */
class EscrowBalance implements BalanceRow {
  readonly asset = CNY
  readonly code: number
  readonly #escrow: Escrow

  constructor(escrow: Escrow, code: number) {
    this.#escrow = escrow
    this.code = code
  }
  get id(): number {
    return this.#escrow.idOf(this.code)
  }
  get owner(): number {
    return this.#escrow.lease
  }
  get debitMicro(): number {
    return this.#escrow.debitOf(this.code)
  }
  set debitMicro(value: number) {
    this.#escrow.set(this.code, this.id, value)
  }
}

export class Escrows {
  readonly #ids: Sequence
  readonly #store = new RecordStore('escrows', WORDS, (cells, record) => new Escrow(cells, record))

  constructor(ids: Sequence) {
    this.#ids = ids
  }

  /** So much more, debit positive; the debit after it. Asserts that it is a safe integer. */
  add(code: number, lease: number, micro: number): number {
    const escrow = this.#store.get(lease) ?? this.#open(lease)
    const debitMicro = escrow.debitOf(code) + micro
    if (!Number.isSafeInteger(debitMicro)) fail(`${code} of ${lease} leaves the safe integers`)
    if (debitMicro === 0) this.#drop(escrow, code)
    else escrow.set(code, escrow.idOf(code) || this.#ids.next(), debitMicro)
    return debitMicro
  }
  find(code: number, lease: number): BalanceRow | undefined {
    const escrow = this.#store.get(lease)
    if (escrow === undefined || escrow.idOf(code) === 0) return undefined
    return new EscrowBalance(escrow, code)
  }
  findOrOpen(code: number, lease: number): BalanceRow {
    const escrow = this.#store.get(lease) ?? this.#open(lease)
    if (escrow.idOf(code) === 0) escrow.set(code, this.#ids.next(), 0)
    return new EscrowBalance(escrow, code)
  }
  /** A balance of zero goes. */
  dropIfDone({ code, owner, debitMicro }: BalanceRow): void {
    if (debitMicro === 0) this.#drop(this.#store.must(owner), code)
  }
  load({ id, code, owner, debitMicro }: BalanceRow): void {
    const escrow = this.#store.get(owner) ?? this.#open(owner)
    escrow.set(code, id, debitMicro)
  }
  /** In no order. */
  rows(): BalanceRow[] {
    const codes = [CHART.LEASE_ESCROW, CHART.FEE_ESCROW]
    return this.#store
      .rows()
      .flatMap((escrow) =>
        codes.flatMap((code) => (escrow.idOf(code) === 0 ? [] : [new EscrowBalance(escrow, code)])),
      )
  }

  #open(lease: number): Escrow {
    const escrow = this.#store.add(lease)
    escrow.lease = lease
    return escrow
  }
  #drop(escrow: Escrow, code: number): void {
    escrow.set(code, 0, 0)
    if (escrow.isEmpty) this.#store.delete(escrow.lease)
  }
}

function placeOf(code: number): number {
  return code === CHART.LEASE_ESCROW ? PRINCIPAL : FEE
}
