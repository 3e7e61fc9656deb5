/** Whether a buy order's hold can be had: own cap, free money, every budget on the path. */
import { refuse, type Refusal } from '../../messages/index.ts'
import type { Actor } from '../context.ts'
import { checkFunds, moneyText } from '../ledger/funds.ts'
import type { MarketWorld } from './world.ts'

export interface Claim {
  readonly account: number
  readonly key: number
  /** more to be held */
  readonly moreMicro: bigint
  /** all that the order may come to cost */
  readonly totalMicro: bigint
  readonly capMicro: bigint | null
}

export function checkMoney(x: MarketWorld, actor: Actor, claim: Claim): Refusal | null {
  const { account, key, moreMicro, totalMicro, capMicro } = claim
  if (moreMicro <= 0n) return null
  const short = checkFunds(x.ledger, account, moreMicro)
  if (short !== null) return short
  if (capMicro !== null && totalMicro > capMicro) {
    const used = moneyText(totalMicro - moreMicro)
    const facts = { scope: 'order', limit: moneyText(capMicro), used, needed: moneyText(moreMicro) }
    return refuse('BUDGET_EXCEEDED', facts)
  }
  return x.budgets.check({ account, key }, moreMicro, actor.timeUs)
}
