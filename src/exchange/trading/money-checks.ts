/** Whether a buy order's hold can be had: own cap, free money, every budget on the path. */
import { formatDecimal } from '../../kernel/index.ts'
import { CNY, refuse, type Refusal } from '../../messages/index.ts'
import type { Actor } from '../context.ts'
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
  const available = x.ledger.available(account)
  if (moreMicro > available) {
    const facts = { needed: money(moreMicro), available: money(available), asset: CNY }
    return refuse('INSUFFICIENT_FUNDS', facts)
  }
  if (capMicro !== null && totalMicro > capMicro) {
    const used = money(totalMicro - moreMicro)
    const facts = { scope: 'order', limit: money(capMicro), used, needed: money(moreMicro) }
    return refuse('BUDGET_EXCEEDED', facts)
  }
  return x.budgets.check({ account, key }, moreMicro, actor.timeUs)
}

function money(amountMicro: bigint): string {
  return formatDecimal(amountMicro, 6, { minFraction: 2 })
}
