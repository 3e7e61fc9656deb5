import type { Balance, Budget, EarningLine, LedgerLine, UsageLine } from '../../wire/index.ts'
import type { Column, ListView } from '../output/print.ts'
import { money, span, stateOf, when, word } from '../output/values.ts'

export const balanceView: ListView<Balance> = {
  columns: [
    { title: 'col.account', cell: (one) => one.account_id },
    { title: 'col.free', cell: (one) => money(one.available, one.currency), right: true },
    { title: 'col.held', cell: (one) => money(one.held, one.currency), right: true },
    { title: 'col.escrow', cell: (one) => money(one.escrowed, one.currency), right: true },
    { title: 'col.earned', cell: (one) => money(one.earned, one.currency), right: true },
    {
      title: 'col.withdrawing',
      cell: (one) => money(one.withdrawing, one.currency),
      right: true,
    },
  ],
  name: (one) => `${one.account_id}/${one.currency}`,
  empty: 'empty.balances',
}

export const ledgerView: ListView<LedgerLine> = {
  columns: [
    { title: 'col.time', cell: (one, cli) => when(cli, one.at) },
    { title: 'col.line', cell: (one) => String(one.line), right: true },
    { title: 'col.account', cell: (one) => one.account_name },
    { title: 'col.owner', cell: (one) => one.owner_id },
    {
      title: 'col.debit',
      cell: (one) => (one.amount.startsWith('-') ? '' : money(one.amount, one.currency)),
      right: true,
    },
    {
      title: 'col.credit',
      cell: (one) => (one.amount.startsWith('-') ? money(one.amount.slice(1), one.currency) : ''),
      right: true,
    },
    { title: 'col.rule', cell: (one) => one.rule },
    { title: 'col.seq', cell: (one) => String(one.seq), wide: true, right: true },
    { title: 'col.subject', cell: (one) => String(one.subject), wide: true, right: true },
  ],
  name: (one) => String(one.line),
  empty: 'empty.ledger',
}

export const budgetView: ListView<Budget> = {
  columns: [
    { title: 'col.scope', cell: (one, cli) => word(cli, one.scope) },
    { title: 'col.subject', cell: (one) => one.subject_id },
    { title: 'col.period', cell: (one, cli) => word(cli, one.period) },
    { title: 'col.limit', cell: (one) => money(one.limit, one.currency), right: true },
    { title: 'col.spent', cell: (one) => money(one.spent, one.currency), right: true },
    {
      title: 'col.committed',
      cell: (one) => money(one.committed, one.currency),
      right: true,
    },
    { title: 'col.left', cell: (one) => money(one.left, one.currency), right: true },
  ],
  name: (one) => `${one.scope}/${one.subject_id}/${one.period}`,
  empty: 'empty.budgets',
}

type LeaseLine = Pick<
  UsageLine,
  'lease_id' | 'node_id' | 'symbol' | 'status' | 'end' | 'units' | 'price' | 'accepted_seconds'
> &
  Pick<UsageLine, 'opened_at' | 'ready_at' | 'closed_at' | 'settled_at' | 'currency' | 'billed'>

/** What both sides of a lease see of it. */
const leaseColumns: readonly Column<LeaseLine>[] = [
  { title: 'col.lease', cell: (one) => one.lease_id },
  { title: 'col.symbol', cell: (one) => one.symbol },
  { title: 'col.node', cell: (one) => one.node_id },
  { title: 'col.units', cell: (one) => String(one.units), right: true },
  { title: 'col.opened', cell: (one, cli) => when(cli, one.opened_at) },
  { title: 'col.ran', cell: (one, cli) => span(cli, one.accepted_seconds), right: true },
  { title: 'col.status', cell: (one, cli) => stateOf(cli, one.status, one.end) },
  { title: 'col.priceHour', cell: (one) => money(one.price, one.currency), right: true },
  { title: 'col.billed', cell: (one) => money(one.billed, one.currency), right: true },
  { title: 'col.settled', cell: (one, cli) => when(cli, one.settled_at), wide: true },
]

export const usageView: ListView<UsageLine> = {
  columns: [
    ...leaseColumns,
    { title: 'col.fee', cell: (one) => money(one.fee, one.currency), right: true },
    { title: 'col.cost', cell: (one) => money(one.cost, one.currency), right: true },
    { title: 'col.cpu', cell: (one, cli) => span(cli, Number(one.cpu_seconds)), wide: true },
    { title: 'col.memory', cell: (one) => `${one.memory_peak_mib} MiB`, wide: true, right: true },
    { title: 'col.allocation', cell: (one) => one.allocation_id, wide: true },
    {
      title: 'col.fault',
      cell: (one, cli) => (one.fault === null ? '-' : word(cli, one.fault)),
      wide: true,
    },
  ],
  name: (one) => one.lease_id,
  empty: 'empty.usage',
}

export const earningView: ListView<EarningLine> = {
  columns: [
    ...leaseColumns,
    {
      title: 'col.commission',
      cell: (one) => money(one.commission, one.currency),
      right: true,
    },
    { title: 'col.earned', cell: (one) => money(one.earned, one.currency), right: true },
    {
      title: 'col.fault',
      cell: (one, cli) => (one.fault === null ? '-' : word(cli, one.fault)),
      wide: true,
    },
  ],
  name: (one) => one.lease_id,
  empty: 'empty.earnings',
}
