/** Tables of money: every posting, balances, withdrawals. */
import { appendedTable, flag, integer, money, orNull, table, word } from '../columns.ts'

export const ledgerTables = {
  /** One posting a row, debit positive; `line` counts from 1 over the whole ledger. */
  ledgerLines: appendedTable('ledgerLines', ['line'], {
    line: integer,
    seq: integer,
    timeUs: integer,
    rule: word(),
    rules: integer,
    subject: integer,
    code: integer,
    owner: integer,
    /** whose money it is: the owner, or the buyer of the lease that is the owner; null is the house */
    account: orNull(integer),
    asset: word(),
    amountMicro: money,
  }),
  balances: table('balances', ['code', 'owner', 'asset'], {
    code: integer,
    owner: integer,
    asset: word(),
    amountMicro: money,
    seq: integer,
  }),
  withdrawals: table('withdrawals', ['withdrawal'], {
    withdrawal: integer,
    account: integer,
    asset: word(),
    amountMicro: money,
    requestedAtUs: integer,
    settledAtUs: orNull(integer),
    confirmed: orNull(flag),
  }),
}
