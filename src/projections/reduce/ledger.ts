/** What ledger events do to the tables. */
import type { EventOf } from '../../messages/index.ts'
import { add, none, patch, put, type Change, type Place, type Reducers } from '../change.ts'
import { ledgerTables as t } from '../tables/ledger.ts'

export const ledgerReducers: Reducers<
  'EntryPosted' | 'WithdrawalRequested' | 'WithdrawalSettled' | 'BudgetSet'
> = {
  EntryPosted: (event, place) => event.postings.flatMap((_, line) => posted(event, line, place)),
  WithdrawalRequested: ({ withdrawal, account, asset, amountMicro }, { timeUs }) => [
    add(t.withdrawals, [withdrawal], {
      withdrawal,
      account,
      asset,
      amountMicro,
      requestedAtUs: timeUs,
      settledAtUs: null,
      confirmed: null,
    }),
  ],
  WithdrawalSettled: ({ withdrawal, confirmed }, { timeUs }) => [
    patch(t.withdrawals, [withdrawal], { confirmed, settledAtUs: timeUs }),
  ],
  BudgetSet: none,
}

/** Moves the balance, then writes the line with the balance after it. */
function posted(entry: EventOf<'EntryPosted'>, line: number, place: Place): Change[] {
  const posting = entry.postings[line]
  if (posting === undefined) return []
  const { code, owner, asset, amountMicro } = posting
  const { seq, timeUs } = place
  return [
    put(t.balances, [code, owner, asset], (row) => ({
      code,
      owner,
      asset,
      amountMicro: (row?.amountMicro ?? 0n) + amountMicro,
      seq,
    })),
    add(t.ledgerLines, [seq, place.entry, line], (rows) => ({
      seq,
      entry: place.entry,
      line,
      rule: entry.rule,
      rules: entry.rules,
      subject: entry.subject,
      code,
      owner,
      asset,
      amountMicro,
      balanceMicro: rows.get(t.balances, [code, owner, asset])?.amountMicro ?? 0n,
      timeUs,
    })),
  ]
}
