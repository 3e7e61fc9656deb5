import { US_PER_SECOND } from '../../kernel/index.ts'
import { LIMITS, refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import type { Actor } from '../context.ts'
import { isSystem, type MembersDesk } from './members.ts'
import { checkFound, checkManages, checkNotAlone } from './rights.ts'
import type { KeyRow } from './rows.ts'

type IssueKey = CommandOf<'IssueKey'>
/** What the catalog desk says of a node. */
export interface NodeOwners {
  node(id: number): { readonly account: number } | undefined
}
interface State {
  readonly members: MembersDesk
  readonly catalog: NodeOwners
}

/** The account, and the user if named, exist and belong together. */
export function checkSubjects({ members }: State, _actor: Actor, c: IssueKey): Refusal | null {
  const account = members.account(c.account)
  if (account === undefined) return checkFound(account, 'account', c.account)
  if (c.user === null) return null
  const user = members.user(c.user)
  if (user === undefined) return checkFound(user, 'user', c.user)
  return user.member === account.member ? null : refuse('FORBIDDEN')
}

/** Who may issue: admin; keys within its member; a link key only its own session (MBR-010, MBR-012). */
export function checkIssuer({ members }: State, actor: Actor, c: IssueKey): Refusal | null {
  const issuer = members.key(actor.key)
  if (issuer?.credential !== 'link') {
    return checkManages(members, actor, members.memberOf(c.account))
  }
  const own = c.credential === 'session' && c.account === issuer.account && c.user === issuer.user
  return own ? null : refuse('SCOPE_MISSING', { scope: 'keys' })
}

/** The fields by themselves and against each other (MBR-011, MBR-013, MBR-014). */
export function checkKeyFields(_state: State, actor: Actor, c: IssueKey): Refusal | null {
  const invalid = (field: string, why: string) => refuse('FIELD_INVALID', { field, why })
  if (c.scopes.length === 0) return invalid('scopes', 'at least one')
  if (new Set(c.scopes).size !== c.scopes.length) return invalid('scopes', 'named twice')
  if (c.node !== null && c.credential !== 'ed25519') {
    return invalid('credential', 'a key of a node is ed25519')
  }
  if (c.capMicro !== null && c.capMicro < 0n) return invalid('capMicro', 'below zero')
  if (c.expiresAtUs !== null && c.expiresAtUs <= actor.timeUs) {
    return invalid('expiresAtUs', 'not after now')
  }
  const isShort = c.credential === 'session' || c.credential === 'link'
  const latestUs = actor.timeUs + LIMITS.sessionSeconds * US_PER_SECOND
  if (isShort && (c.expiresAtUs === null || c.expiresAtUs > latestUs)) {
    return invalid('expiresAtUs', 'sessions and links end within 30 days')
  }
  return null
}

/** A key speaks for a node only within the node's account (MBR-014). */
export function checkNode({ catalog }: State, _actor: Actor, c: IssueKey): Refusal | null {
  if (c.node === null) return null
  const node = catalog.node(c.node)
  if (node === undefined) return checkFound(node, 'node', c.node)
  return node.account === c.account ? null : refuse('FORBIDDEN')
}

/** A key never has more than its issuer: scopes and cap (MBR-008). */
export function checkBeyondIssuer({ members }: State, actor: Actor, c: IssueKey): Refusal | null {
  if (isSystem(actor)) return null
  const issuer = members.key(actor.key) as KeyRow
  const beyond = (what: string) => refuse('KEY_BEYOND_ISSUER', { what })
  const scope = c.scopes.find((wanted) => !issuer.scopes.includes(wanted))
  if (scope !== undefined) return beyond(scope)
  if (issuer.capMicro !== null && (c.capMicro === null || c.capMicro > issuer.capMicro)) {
    return beyond('capMicro')
  }
  return null
}

/** Scope admin goes to another person only with a second person's word (MBR-025). */
export function checkAdminIssue({ members }: State, actor: Actor, c: IssueKey): Refusal | null {
  return c.scopes.includes('admin') ? checkNotAlone(members, actor, c.user) : null
}

/** Secrets are used once for ever; an account and a chain of issuers have bounds (MBR-015, MBR-016). */
export function checkKeyLimits({ members }: State, actor: Actor, c: IssueKey): Refusal | null {
  if (members.keyBySecret(c.secret) !== undefined) {
    return refuse('ALREADY_EXISTS', { what: 'key', id: c.secret.slice(0, 12) })
  }
  if (members.liveKeyCount(c.account, actor.timeUs) >= LIMITS.keysPerAccount) {
    return refuse('LIMIT_REACHED', { limit: LIMITS.keysPerAccount, what: 'keys of an account' })
  }
  if ((members.key(actor.key)?.depth ?? 0) + 1 > LIMITS.keyDepth) {
    return refuse('LIMIT_REACHED', { limit: LIMITS.keyDepth, what: 'keys one issued by another' })
  }
  return null
}

/** Any key may revoke itself; others need admin, or keys within the member (MBR-017). */
export function checkRevoke(
  { members }: State,
  actor: Actor,
  c: CommandOf<'RevokeKey'>,
): Refusal | null {
  const row = members.key(c.key)
  if (row === undefined || row.revoked) return checkFound(undefined, 'key', c.key)
  return actor.key === c.key ? null : checkManages(members, actor, members.memberOf(row.account))
}
