/** Balances, ledger lines, budgets and bills as the API shows them. */
import { formatDecimal, formatTime } from '../../kernel/index.ts'
import {
  CHART,
  type BalanceView,
  type BudgetView,
  type LeaseRow,
  type LedgerRow,
} from '../../messages/index.ts'
import { moneyText } from '../decimal.ts'
import type { Balance, Budget, EarningLine, LedgerLine, UsageLine } from '../dto/money.ts'
import { idOf } from '../id.ts'
import { CURRENCY, timeOrNull } from './common.ts'

const CHART_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(CHART).map(([name, code]) => [code, name.toLowerCase()]),
)
const LEASE_CODES: ReadonlySet<number> = new Set([CHART.LEASE_ESCROW, CHART.FEE_ESCROW])

export function toBalance(account: number, view: BalanceView): Balance {
  return {
    account_id: idOf('account', account),
    currency: view.asset,
    available: moneyText(view.availableMicro),
    held: moneyText(view.heldMicro),
    escrowed: moneyText(view.escrowedMicro),
    earned: moneyText(view.earnedMicro),
    withdrawing: moneyText(view.withdrawingMicro),
  }
}

export function toLedgerLine(row: LedgerRow): LedgerLine {
  return {
    line: row.line,
    seq: row.seq,
    at: formatTime(row.timeUs),
    rule: row.rule,
    subject: row.subject,
    account: row.code,
    account_name: CHART_NAMES.get(row.code) ?? String(row.code),
    owner_id: idOf(LEASE_CODES.has(row.code) ? 'lease' : 'account', row.owner),
    currency: row.asset,
    amount: moneyText(row.amountMicro),
  }
}

export function toBudget(view: BudgetView): Budget {
  const used = view.spentMicro + view.committedMicro
  return {
    scope: view.scope,
    subject_id: idOf(view.scope, view.subject),
    period: view.period,
    currency: CURRENCY,
    limit: moneyText(view.limitMicro),
    spent: moneyText(view.spentMicro),
    committed: moneyText(view.committedMicro),
    left: moneyText(view.limitMicro > used ? view.limitMicro - used : 0n),
  }
}

/** What both parties of a lease see of it. */
function shared(row: LeaseRow, symbol: string) {
  return {
    lease_id: idOf('lease', row.lease),
    node_id: idOf('node', row.node),
    symbol,
    status: row.status,
    end: row.end,
    fault: row.fault,
    units: row.units,
    price: moneyText(row.priceMicroPerHour),
    currency: CURRENCY,
    opened_at: formatTime(row.openedAtUs),
    ready_at: timeOrNull(row.readyAtUs),
    closed_at: timeOrNull(row.closedAtUs),
    settled_at: timeOrNull(row.settledAtUs),
    accepted_seconds: row.acceptedSeconds,
    billed: moneyText(row.billedMicro),
  }
}

export function toUsageLine(row: LeaseRow, symbol: string): UsageLine {
  return {
    ...shared(row, symbol),
    allocation_id: idOf('allocation', row.allocation),
    order_id: idOf('order', row.order),
    fee: moneyText(row.buyerFeeMicro),
    cost: moneyText(row.billedMicro + row.buyerFeeMicro),
    cpu_seconds: formatDecimal(BigInt(row.cpuUs), 6),
    memory_peak_mib: row.memoryPeakMib,
  }
}

export function toEarningLine(row: LeaseRow, symbol: string): EarningLine {
  return {
    ...shared(row, symbol),
    commission: moneyText(row.sellerFeeMicro),
    earned: moneyText(row.billedMicro - row.sellerFeeMicro),
  }
}
