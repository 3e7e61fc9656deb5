/** The shape of one line of the check table (`desks.ts`) and what desks may see of each other. */
import type { CommandKind, CommandOf, Refusal, Scope } from '../messages/index.ts'
import type { Actor, Context } from './context.ts'
import type { MembersDesk } from './members/members.ts'

/** A scope; `any` is every live key, `system` the exchange itself only. */
export type Authority = Scope | 'any' | 'system'

/** One check: a pure look at the state; null agrees. */
export type Check<K extends CommandKind, X> = (
  x: X,
  actor: Actor,
  command: CommandOf<K>,
) => Refusal | null

/**
 * What a command needs. Checks run in order and the first refusal is the answer; `apply` runs only
 * when none refused, and cannot fail.
 */
export interface Rule<K extends CommandKind, X> {
  /** what the acting key must have */
  readonly scope: Authority
  readonly checks: readonly Check<K, X>[]
  readonly apply: (x: X, ctx: Context, command: CommandOf<K>) => void
}

/** The first refusal of a line's ladder, who may included; null when all agree. */
export function firstRefusal<K extends CommandKind, X extends { readonly members: MembersDesk }>(
  x: X,
  actor: Actor,
  rule: Rule<K, X>,
  command: CommandOf<K>,
): Refusal | null {
  // 1. Who: the key, its account and its scope.
  const denied = x.members.authorize(actor, rule.scope)
  if (denied !== null) return denied
  // 2. What: the ladder of refusals.
  for (const one of rule.checks) {
    const refusal = one(x, actor, command)
    if (refusal !== null) return refusal
  }
  return null
}
