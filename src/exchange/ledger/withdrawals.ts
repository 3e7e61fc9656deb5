import { i64, oneOf, struct, text, u32, u53, type Infer } from '../../kernel/index.ts'
import { Table, type AnyTable, type Counters, type Stateful } from '../table.ts'

const withdrawalRow = struct({
  withdrawal: u53,
  account: u32,
  asset: text(24),
  amountMicro: i64,
  status: oneOf('waiting', 'paid', 'returned'),
})
export type WithdrawalRow = Infer<typeof withdrawalRow>

/** Withdrawals and what became of them. */
export class Withdrawals implements Stateful {
  readonly #counters: Counters
  readonly #table = new Table<WithdrawalRow>('withdrawals', withdrawalRow, (r) => r.withdrawal)
  readonly tables = [this.#table as unknown as AnyTable]

  constructor(counters: Counters) {
    this.#counters = counters
  }
  get(id: number): WithdrawalRow | undefined {
    return this.#table.get(id)
  }
  open(account: number, asset: string, amountMicro: bigint): WithdrawalRow {
    const withdrawal = this.#counters.next('withdrawal')
    return this.#table.insert({ withdrawal, account, asset, amountMicro, status: 'waiting' })
  }
  settle(id: number, confirmed: boolean): WithdrawalRow {
    const row = this.#table.must(id)
    row.status = confirmed ? 'paid' : 'returned'
    return row
  }
  rebuild(): void {}
}
