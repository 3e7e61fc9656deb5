/** Tables of money: every posting with the balance after it, balances, withdrawals. */
import { flag, integer, money, orNull, table, word } from '../columns.ts'

export const ledgerTables = {
  /** One posting a row, debit positive. `entry` and `line` count from 0 within the command `seq`. */
  ledgerLines: table('ledgerLines', ['seq', 'entry', 'line'], {
    seq: integer,
    entry: integer,
    line: integer,
    rule: word(),
    rules: integer,
    subject: integer,
    code: integer,
    owner: integer,
    asset: word(),
    amountMicro: money,
    /** balance of {code, owner, asset} after this line, debit positive */
    balanceMicro: money,
    timeUs: integer,
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
