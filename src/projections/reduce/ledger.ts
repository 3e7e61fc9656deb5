/** What ledger events do to the tables. */
import { CHART, type EventOf } from '../../messages/index.ts'
import { add, look, none, patch, put, putNew } from '../change.ts'
import type { Change, Place, Reducers, Rows } from '../change.ts'
import { deliveryTables } from '../tables/delivery.ts'
import { ledgerTables as t } from '../tables/ledger.ts'

const { leases } = deliveryTables

export const ledgerReducers: Reducers<
  'EntryPosted' | 'WithdrawalRequested' | 'WithdrawalSettled' | 'BudgetSet'
> = {
  EntryPosted: (event, place) => event.postings.flatMap((_, at) => posted(event, at, place)),
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

/** Codes whose owner is a lease; its buyer sees the line. */
const OF_LEASE: ReadonlySet<number> = new Set([CHART.LEASE_ESCROW, CHART.FEE_ESCROW])

/** Moves the balance and writes the line. */
function posted(entry: EventOf<'EntryPosted'>, at: number, place: Place): Change[] {
  const posting = entry.postings[at]
  if (posting === undefined) return []
  const { code, owner, asset, amountMicro } = posting
  const { seq, timeUs, opened } = place
  const line = place.nextLine()
  const ofLease = OF_LEASE.has(code)
  // The accounts of a lease begin with the command that opens it.
  const isNew = ofLease && opened.has(owner)
  const buyer = (rows: Rows) => opened.get(owner) ?? rows.get(leases, [owner])?.buyAccount ?? null
  return [
    ...(ofLease && !isNew ? [look(leases, [owner])] : []),
    (isNew ? putNew : put)(t.balances, [code, owner, asset], (row) => ({
      code,
      owner,
      asset,
      amountMicro: (row?.amountMicro ?? 0n) + amountMicro,
      seq,
    })),
    add(t.ledgerLines, [line], (rows) => ({
      line,
      seq,
      timeUs,
      rule: entry.rule,
      rules: entry.rules,
      subject: entry.subject,
      code,
      owner,
      account: ofLease ? buyer(rows) : owner === 0 ? null : owner,
      asset,
      amountMicro,
    })),
  ]
}
