import { refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import type { Actor } from '../context.ts'
import { isSystem, type MembersDesk } from '../members/members.ts'
import { checkFound } from '../members/rights.ts'
import type { BudgetDesk } from './budgets.ts'

type SetBudget = CommandOf<'SetBudget'>

/** The subject exists and is of the acting member (LED-023). */
export function checkBudgetSubject(
  members: MembersDesk,
  actor: Actor,
  { scope, subject }: SetBudget,
): Refusal | null {
  const member = memberOfSubject(members, scope, subject)
  if (member === undefined) return checkFound(undefined, scope, subject)
  if (isSystem(actor)) return null
  return members.memberOf(actor.account) === member ? null : refuse('FORBIDDEN')
}

/** A key may lower, never raise or remove, a budget of itself or of a key it was issued from (LED-024). */
export function checkBudgetRaise(
  { members, budgets }: { readonly members: MembersDesk; readonly budgets: BudgetDesk },
  actor: Actor,
  { scope, subject, period, limitMicro }: SetBudget,
): Refusal | null {
  if (scope !== 'key' || isSystem(actor) || !members.isBoundBy(actor.key, subject)) return null
  const old = budgets.limit(scope, subject, period)
  const isRaise = old !== null && (limitMicro === null || limitMicro > old)
  return isRaise ? refuse('KEY_BEYOND_ISSUER', { what: 'budget' }) : null
}

function memberOfSubject(
  members: MembersDesk,
  scope: SetBudget['scope'],
  subject: number,
): number | undefined {
  if (scope === 'member') return members.member(subject)?.member
  const account = scope === 'key' ? members.key(subject)?.account : subject
  return account === undefined ? undefined : members.account(account)?.member
}
