/** Commands of the ledger desk: money in, out and between, and budgets. */
import { bool, i64, list, nullable, struct, text, u16, u32, u53 } from '../../kernel/index.ts'
import { asset, budgetPeriod, budgetScope } from '../vocabulary.ts'

export const ledgerCommands = {
  /** Credits an account with money that reached the bank (or the sandbox's play money). Multiples of 10,000 micro. */
  Deposit: struct({ account: u32, asset, amountMicro: i64, reference: text(64) }),
  /** Moves free money of the acting account to another account of the same member. */
  Transfer: struct({ to: u32, asset, amountMicro: i64 }),
  RequestWithdrawal: struct({ asset, amountMicro: i64 }),
  /** The bank's answer: confirmed pays out, otherwise the money returns. */
  SettleWithdrawal: struct({ withdrawal: u53, confirmed: bool }),
  /** Sets (or with null removes) a hard cap on spent + held + escrowed. */
  SetBudget: struct({
    scope: budgetScope,
    subject: u32,
    period: budgetPeriod,
    limitMicro: nullable(i64),
  }),
  /** Reversing or correcting entry; only through Propose and Approve. Sums to zero per asset. */
  PostCorrection: struct({
    reason: text(256),
    postings: list(struct({ code: u16, owner: u53, asset, amountMicro: i64 }), 64),
  }),
}
