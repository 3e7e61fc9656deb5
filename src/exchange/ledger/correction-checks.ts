import { maxBig } from '../../kernel/index.ts'
import {
  CHART,
  NEVER_NEGATIVE,
  refuse,
  type CommandOf,
  type Refusal,
} from '../../messages/index.ts'
import type { MembersDesk } from '../members/members.ts'
import { checkFound } from '../members/rights.ts'
import { unbalancedAsset, type LedgerDesk } from './ledger.ts'
import { OWN_CODES, checkRoom } from './funds.ts'

type Postings = CommandOf<'PostCorrection'>['postings']

/**
 * Every line has an amount, a code of the operator's own or AVAILABLE, and its right owner (LED-016).
 * What is bound to an order, lease, rest time or withdrawal moves only with it: close that first.
 */
export function checkCorrectionLines(members: MembersDesk, postings: Postings): Refusal | null {
  const invalid = (field: string, why: string) => refuse('FIELD_INVALID', { field, why })
  if (postings.length < 2) return invalid('postings', 'at least two')
  for (const [index, { code, owner, amountMicro }] of postings.entries()) {
    const field = `postings[${index}]`
    if (amountMicro === 0n) return invalid(`${field}.amountMicro`, 'zero')
    if (code === CHART.AVAILABLE) {
      const refused = checkFound(members.account(owner), 'account', owner)
      if (refused !== null) return refused
    } else if (!OWN_CODES.has(code)) {
      return invalid(`${field}.code`, 'bound money moves only with what it is bound to')
    } else if (owner !== 0) {
      return invalid(`${field}.owner`, 'this code is of owner 0')
    }
  }
  return null
}

/** UNBALANCED with the first asset that does not sum to zero (LED-004). */
export function checkCorrectionSums(postings: Postings): Refusal | null {
  const asset = unbalancedAsset(postings)
  return asset === null ? null : refuse('UNBALANCED', { asset })
}

/** BALANCE_NEGATIVE or LIMIT_REACHED for what the balances would be after the entry (LED-005, LED-017). */
export function checkCorrectionBalances(ledger: LedgerDesk, postings: Postings): Refusal | null {
  const after = new Map<string, { code: number; debitMicro: bigint }>()
  const debits = new Map<string, bigint>()
  for (const { code, owner, asset, amountMicro } of postings) {
    const place = `${code} ${owner} ${asset}`
    const before = after.get(place)?.debitMicro ?? ledger.debit(code, owner, asset)
    after.set(place, { code, debitMicro: before + amountMicro })
    debits.set(asset, (debits.get(asset) ?? 0n) + maxBig(0n, amountMicro))
  }
  for (const { code, debitMicro } of after.values()) {
    if (NEVER_NEGATIVE.has(code) && debitMicro > 0n) return refuse('BALANCE_NEGATIVE')
  }
  for (const [asset, sum] of debits) {
    const refused = checkRoom(ledger, asset, sum)
    if (refused !== null) return refused
  }
  return null
}
