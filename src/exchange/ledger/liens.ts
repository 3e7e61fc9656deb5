/** What sellers still owe buyers for leases: it is paid from what they earn next (rule SLA-010). */
import { safe64, struct, u32, u53, type Infer } from '../../kernel/index.ts'
import { Table, type AnyTable, type Counters, type Stateful } from '../table.ts'

const lienRow = struct({ lien: u53, seller: u32, buyer: u32, lease: u53, owedMicro: safe64 })
export type LienRow = Infer<typeof lienRow>

export class Liens implements Stateful {
  readonly #counters: Counters
  readonly #table = new Table<LienRow>('liens', lienRow, (r) => r.lien)
  readonly tables = [this.#table as unknown as AnyTable]
  #bySeller = new Map<number, LienRow[]>()

  constructor(counters: Counters) {
    this.#counters = counters
  }
  open(row: Omit<LienRow, 'lien'>): LienRow {
    const lien = this.#table.insert({ ...row, lien: this.#counters.next('lien') })
    this.#enter(lien)
    return lien
  }
  /** Oldest first; none for nearly every seller. */
  of(seller: number): readonly LienRow[] {
    return this.#bySeller.get(seller) ?? []
  }
  /** So much of it is paid. What is paid in full goes. */
  paid(row: LienRow, micro: number): void {
    row.owedMicro -= micro
    if (row.owedMicro > 0) return
    this.#table.delete(row.lien)
    const left = this.of(row.seller).filter((each) => each !== row)
    if (left.length === 0) this.#bySeller.delete(row.seller)
    else this.#bySeller.set(row.seller, left)
  }
  rebuild(): void {
    this.#bySeller = new Map()
    for (const row of this.#table.rows()) this.#enter(row)
  }

  #enter(row: LienRow): void {
    this.#bySeller.set(row.seller, [...this.of(row.seller), row])
  }
}
