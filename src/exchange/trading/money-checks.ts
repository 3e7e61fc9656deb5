/** Whether a buy order's hold can be had: own cap, free money, every budget on the path. */
import { CNY, refuse, type Refusal } from '../../messages/index.ts'
import type { Actor } from '../context.ts'
import { moneyText } from '../ledger/funds.ts'
import type { MarketWorld } from './world.ts'

export interface Claim {
  readonly account: number
  readonly key: number
  /** more to be held; Infinity is beyond all money (micro-units) */
  readonly moreMicro: number
  /** all that the order may come to cost */
  readonly totalMicro: number
  readonly capMicro: bigint | null
  /** the same as `moreMicro`, exact however large, for the words of a refusal */
  readonly exactMicro: () => bigint
}

export function checkMoney(x: MarketWorld, actor: Actor, claim: Claim): Refusal | null {
  const { account, key, moreMicro, totalMicro, capMicro } = claim
  if (moreMicro <= 0) return null
  const available = x.ledger.availableMicro(account)
  if (available < moreMicro) {
    const needed = moneyText(claim.exactMicro())
    return refuse('INSUFFICIENT_FUNDS', {
      needed,
      available: moneyText(BigInt(available)),
      asset: CNY,
    })
  }
  if (capMicro !== null && BigInt(totalMicro) > capMicro) {
    const used = moneyText(BigInt(totalMicro - moreMicro))
    const needed = moneyText(BigInt(moreMicro))
    return refuse('BUDGET_EXCEEDED', { scope: 'order', limit: moneyText(capMicro), used, needed })
  }
  return x.budgets.check({ account, key }, moreMicro, actor.timeUs)
}
