import { budgetPeriod, budgetScope } from '../../messages/index.ts'
import {
  Closed,
  Count,
  Decimal,
  Id,
  Nullable,
  Shape,
  Text,
  Time,
  Word,
  written,
  type Static,
} from '../schema.ts'
import { Currency } from './common.ts'

/** Disjoint parts of an account's money. */
export const Balance = Shape({
  account_id: Id('account'),
  currency: Currency,
  available: Decimal,
  held: Decimal,
  escrowed: Decimal,
  earned: Decimal,
  withdrawing: Decimal,
})
export type Balance = Static<typeof Balance>

/** One posting; `amount` is debit positive, `account` a code of the chart of accounts. */
export const LedgerLine = Shape({
  line: Count,
  seq: Count,
  at: Time,
  rule: Text(),
  /** the order, lease or withdrawal it is about, as the core's integer */
  subject: Count,
  account: Count,
  account_name: Text(),
  owner_id: Text(),
  currency: Currency,
  amount: Decimal,
})
export type LedgerLine = Static<typeof LedgerLine>

export const TransferBody = Closed({
  to_account_id: Id('account'),
  amount: Decimal,
  currency: Currency,
})
export const WithdrawalBody = Closed({ amount: Decimal, currency: Currency })
export const Withdrawn = Shape({ ...written, withdrawal_id: Id('withdrawal') })

export const Budget = Shape({
  scope: Word(budgetScope),
  /** mem_, acct_ or key_ */
  subject_id: Text(),
  period: Word(budgetPeriod),
  currency: Currency,
  limit: Decimal,
  spent: Decimal,
  /** held and escrowed, worst case */
  committed: Decimal,
  left: Decimal,
})
export type Budget = Static<typeof Budget>

const BudgetKey = {
  scope: Word(budgetScope),
  subject_id: Text({ maxLength: 32 }),
  period: Word(budgetPeriod),
}
export const BudgetBody = Closed({ ...BudgetKey, limit: Decimal })
export const BudgetQuery = Closed(BudgetKey)

/** One lease as its buyer pays for it. Seconds and money are what was accepted and billed so far. */
export const UsageLine = Shape({
  lease_id: Id('lease'),
  allocation_id: Id('allocation'),
  order_id: Id('order'),
  node_id: Id('node'),
  symbol: Text(),
  status: Text(),
  end: Nullable(Text()),
  fault: Nullable(Text()),
  units: Count,
  price: Decimal,
  currency: Currency,
  opened_at: Time,
  ready_at: Nullable(Time),
  closed_at: Nullable(Time),
  settled_at: Nullable(Time),
  accepted_seconds: Count,
  billed: Decimal,
  fee: Decimal,
  /** billed + fee */
  cost: Decimal,
  cpu_seconds: Decimal,
  memory_peak_mib: Count,
})
export type UsageLine = Static<typeof UsageLine>

/** One lease as its seller earns from it. */
export const EarningLine = Shape({
  lease_id: Id('lease'),
  node_id: Id('node'),
  symbol: Text(),
  status: Text(),
  end: Nullable(Text()),
  fault: Nullable(Text()),
  units: Count,
  price: Decimal,
  currency: Currency,
  opened_at: Time,
  ready_at: Nullable(Time),
  closed_at: Nullable(Time),
  settled_at: Nullable(Time),
  accepted_seconds: Count,
  billed: Decimal,
  commission: Decimal,
  /** billed - commission */
  earned: Decimal,
})
export type EarningLine = Static<typeof EarningLine>
