/** Events of the ledger desk. */
import { bool, i64, list, struct, text, u16, u32, u53 } from '../../kernel/index.ts'
import { ledgerCommands as c } from '../commands/ledger.ts'
import { asset } from '../vocabulary.ts'

/** One line of an entry: debit positive (spec/finance.md section 6). `owner` is an account, a lease or 0. */
const posting = struct({ code: u16, owner: u53, asset, amountMicro: i64 })

export const ledgerEvents = {
  /** A balanced double entry. `rule` is the rulebook id, `subject` the order, lease or withdrawal it is about. */
  EntryPosted: struct({ rule: text(16), subject: u53, rules: u16, postings: list(posting, 256) }),
  WithdrawalRequested: struct({ withdrawal: u53, account: u32, asset, amountMicro: i64 }),
  WithdrawalSettled: struct({ withdrawal: u53, confirmed: bool }),
  BudgetSet: struct(c.SetBudget.fields),
}
