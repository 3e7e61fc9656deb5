/**
 * The check table: which desks must agree to each command, in order, and what it then does.
 * Two passes (BLUEPRINT section 3): checks only look; `apply` runs when none refused, and cannot fail.
 */
import { assert } from '../kernel/index.ts'
import type { Command, CommandKind, CommandOf, Refusal } from '../messages/index.ts'
import type { AllDesks } from './build.ts'
import type { Actor, Context } from './context.ts'
import { deliveryTable } from './flows/delivery-table.ts'
import { engineTable } from './flows/engine-table.ts'
import { tradingTable } from './flows/trading-table.ts'
import { catalogTable, supplyTable } from './flows/supply-table.ts'
import { ledgerRules } from './ledger/rules.ts'
import { memberRules } from './members/rules.ts'
import type { Rule } from './rule.ts'

type Table = { readonly [K in CommandKind]: Rule<K, AllDesks> }

const TABLE: Table = {
  ...engineTable,
  ...memberRules,
  ...ledgerRules,
  ...catalogTable,
  ...supplyTable,
  ...tradingTable,
  ...deliveryTable,
  // The action must pass its own checks when it is done, not when it is proposed.
  Propose: {
    scope: 'any',
    checks: [(x, actor, command) => x.members.checkPropose(actor, command)],
    apply: (x, ctx, command) => x.members.applyPropose(ctx, command),
  },
  // It is checked before the approval counts, and done with the proposer's authority.
  Approve: {
    scope: 'any',
    checks: [
      (x, actor, command) => x.members.checkApprove(actor, command),
      (x, actor, command) => {
        const action = x.members.proposedAction(command.proposal)
        assert(action !== undefined, 'checkApprove found it')
        return check(x, { ...actor, ...authority(action) }, action.command)
      },
    ],
    apply: (x, ctx, command) => {
      const action = x.members.takeApproved(ctx, command)
      apply(x, ctx.as(action.account, action.key), action.command)
    },
  },
}

/** Runs one command: the refusal of the first desk that does not agree, or null when it is done. */
export function run(x: AllDesks, ctx: Context, command: Command): Refusal | null {
  const refusal = check(x, ctx, command)
  if (refusal === null) apply(x, ctx, command)
  return refusal
}

function check<K extends CommandKind>(
  x: AllDesks,
  actor: Actor,
  command: CommandOf<K> & { kind: K },
): Refusal | null {
  const rule: Rule<K, AllDesks> = TABLE[command.kind]
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

function apply<K extends CommandKind>(
  x: AllDesks,
  ctx: Context,
  command: CommandOf<K> & { kind: K },
): void {
  const rule: Rule<K, AllDesks> = TABLE[command.kind]
  rule.apply(x, ctx, command)
}

function authority(action: { account: number; key: number }) {
  const { account, key } = action
  return { account, key, approved: true }
}
