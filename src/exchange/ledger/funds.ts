import { formatDecimal, maxBig } from '../../kernel/index.ts'
import { CHART, CNY, refuse, type Refusal } from '../../messages/index.ts'
import type { LedgerDesk } from './ledger.ts'

/** Most that the debits of an asset may come to: every balance is a safe integer then (ADR 0013). */
const BOOKS_MAX = BigInt(Number.MAX_SAFE_INTEGER)

/** Micro-units as the decimal text of facts: 12500000n is `12.50`. */
export function moneyText(amountMicro: bigint): string {
  return formatDecimal(amountMicro, 6, { minFraction: 2 })
}

/** INSUFFICIENT_FUNDS unless the account has so much free money. */
export function checkFunds(
  ledger: LedgerDesk,
  account: number,
  neededMicro: bigint,
  asset: string = CNY,
): Refusal | null {
  const available = ledger.available(account, asset)
  if (available >= neededMicro) return null
  const facts = { needed: moneyText(neededMicro), available: moneyText(available), asset }
  return refuse('INSUFFICIENT_FUNDS', facts)
}

/** The operator's own codes, owner 0: all money of members came through a debit of one of them. */
export const OWN_CODES: ReadonlySet<number> = new Set([
  CHART.BANK,
  CHART.EQUITY,
  CHART.FEES,
  CHART.COMMISSION,
])

/**
 * LIMIT_REACHED when debits of so much more could carry any balance past 2^53 (rule LED-017). As
 * entries sum to zero, no credit balance is above the sum of the debits, and only deposits and
 * corrections raise that sum.
 */
export function checkRoom(ledger: LedgerDesk, asset: string, debitsMicro: bigint): Refusal | null {
  let sum = debitsMicro
  for (const code of OWN_CODES) sum += maxBig(0n, ledger.debit(code, 0, asset))
  return sum <= BOOKS_MAX
    ? null
    : refuse('LIMIT_REACHED', { limit: moneyText(BOOKS_MAX), what: asset })
}
