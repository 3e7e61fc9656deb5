/**
 * The check table: which desks must agree to each command, in order, and what it then does.
 * Two passes (BLUEPRINT section 3): checks only look; `apply` runs when none refused, and cannot fail.
 */
import { assert, decode } from '../kernel/index.ts'
import {
  command as commandCodec,
  type Command,
  type CommandKind,
  type CommandOf,
  type Refusal,
} from '../messages/index.ts'
import type { AllDesks } from './build.ts'
import { capacityRules } from './capacity/rules.ts'
import { catalogRules } from './catalog/rules.ts'
import type { Actor, Context } from './context.ts'
import { evaluationRules } from './evaluation/rules.ts'
import { challengeTable } from './flows/challenge-table.ts'
import { deliveryTable } from './flows/delivery-table.ts'
import { disputeTable } from './flows/dispute-table.ts'
import { engineTable } from './flows/engine-table.ts'
import { supplyTable } from './flows/supply-table.ts'
import { slaTable } from './flows/sla-table.ts'
import { ledgerRules } from './ledger/rules.ts'
import { memberRules } from './members/rules.ts'
import { tradingRules } from './trading/rules.ts'
import { firstRefusal, type Rule } from './rule.ts'

type Table = { readonly [K in CommandKind]: Rule<K, AllDesks> }

const TABLE: Table = {
  ...engineTable,
  ...memberRules,
  ...ledgerRules,
  ...catalogRules,
  ...capacityRules,
  ...evaluationRules,
  ...supplyTable,
  ...tradingRules,
  ...deliveryTable,
  ...slaTable,
  ...challengeTable,
  ...disputeTable,
  // The action must pass its own checks when it is done, not when it is proposed.
  Propose: {
    scope: 'any',
    checks: [(x, actor, command) => x.members.checkPropose(actor, command)],
    apply: (x, ctx, command) =>
      x.members.applyPropose(ctx, command, decode(commandCodec, command.action).kind),
  },
  // It is checked before the approval counts, and done with the proposer's authority.
  Approve: {
    scope: 'any',
    checks: [
      (x, actor, command) => x.members.checkApprove(actor, command),
      (x, actor, command) => {
        const proposal = x.members.proposal(command.proposal)
        assert(proposal !== undefined, 'checkApprove found it')
        const { account, key, action } = proposal
        return check(x, { ...actor, account, key, approved: true }, decode(commandCodec, action))
      },
    ],
    apply: (x, ctx, command) => {
      const { account, key, action } = x.members.takeApproved(ctx, command)
      apply(x, ctx.as(account, key), decode(commandCodec, action))
    },
  },
}

/** Runs one command: the refusal of the first desk that does not agree, or null when it is done. */
export function run(x: AllDesks, ctx: Context, command: Command): Refusal | null {
  if (command.kind === 'PlaceOrder') return runBy(TABLE.PlaceOrder, x, ctx, command)
  if (command.kind === 'CancelOrder') return runBy(TABLE.CancelOrder, x, ctx, command)
  const refusal = check(x, ctx, command)
  if (refusal === null) apply(x, ctx, command)
  return refusal
}
/** The same where the line of the table is known: most commands are of two kinds. */
function runBy<K extends CommandKind>(
  rule: Rule<K, AllDesks>,
  x: AllDesks,
  ctx: Context,
  command: CommandOf<K>,
): Refusal | null {
  const refusal = firstRefusal(x, ctx, rule, command)
  if (refusal === null) rule.apply(x, ctx, command)
  return refusal
}

function check<K extends CommandKind>(
  x: AllDesks,
  actor: Actor,
  command: CommandOf<K> & { kind: K },
): Refusal | null {
  const rule: Rule<K, AllDesks> = TABLE[command.kind]
  return firstRefusal(x, actor, rule, command)
}

function apply<K extends CommandKind>(
  x: AllDesks,
  ctx: Context,
  command: CommandOf<K> & { kind: K },
): void {
  const rule: Rule<K, AllDesks> = TABLE[command.kind]
  rule.apply(x, ctx, command)
}
