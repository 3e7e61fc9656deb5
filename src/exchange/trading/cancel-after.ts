/** The dead-man switch of an account (rule TRD-035): no sign of life in time, no open orders. */
import { US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS, type CommandOf, type Refusal } from '../../messages/index.ts'
import { fieldUnless } from '../catalog/checks.ts'
import type { Actor, Context } from '../context.ts'
import type { MarketWorld } from './world.ts'

export function checkCancelAfter(
  _x: MarketWorld,
  _actor: Actor,
  { timeoutSeconds }: CommandOf<'CancelAfter'>,
): Refusal | null {
  const limit = LIMITS.cancelAfterSeconds
  return fieldUnless(timeoutSeconds <= limit, 'timeoutSeconds', `it must be at most ${limit}`)
}

/** Replaces the armed switch by one that fires after so many seconds; 0 leaves none. */
export function cancelAfter(x: MarketWorld, ctx: Context, account: number, seconds: number): void {
  const armed = x.market.switches.get(account)
  if (armed !== undefined) {
    x.timers.cancel(armed.timer)
    x.market.switches.delete(account)
  }
  const firesAtUs = seconds === 0 ? null : ctx.timeUs + seconds * US_PER_SECOND
  if (firesAtUs !== null) {
    const timer = x.timers.schedule(firesAtUs, 'cancel_after', account)
    x.market.switches.insert({ account, timer })
  }
  ctx.emit({ kind: 'CancelAfterSet', account, firesAtUs })
}
