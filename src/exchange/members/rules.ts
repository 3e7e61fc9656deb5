import { LIMITS, refuse, type CommandKind, type Refusal } from '../../messages/index.ts'
import type { Actor } from '../context.ts'
import type { Rule } from '../rule.ts'
import {
  checkAdminIssue,
  checkBeyondIssuer,
  checkIssuer,
  checkKeyFields,
  checkKeyLimits,
  checkNode,
  checkRevoke,
  checkSubjects,
  type NodeOwners,
} from './key-checks.ts'
import type { MembersDesk } from './members.ts'
import { checkFound, checkHandle, checkManages, checkNotAlone, isAdmin } from './rights.ts'

/** What the members desk's rules see. */
export interface MembersState {
  readonly members: MembersDesk
  readonly catalog: NodeOwners
}
type MemberCommand = Extract<
  CommandKind,
  | 'OpenMember'
  | 'OpenAccount'
  | 'SetOwnerGroup'
  | 'AddUser'
  | 'SetVerifier'
  | 'IssueKey'
  | 'RevokeKey'
>

/** Lines of the check table that are the members desk's own; Propose, Approve and ActivateRules are not. */
export const memberRules: { readonly [K in MemberCommand]: Rule<K, MembersState> } = {
  OpenMember: {
    scope: 'admin',
    checks: [
      (_x, _actor, c) => checkHandle(c.handle),
      (_x, _actor, c) => checkRoles(c.roles),
      ({ members }, _actor, c) =>
        members.memberNamed(c.handle)
          ? refuse('ALREADY_EXISTS', { what: 'member', id: c.handle })
          : null,
    ],
    apply: ({ members }, ctx, c) => void members.openMember(ctx, c),
  },
  OpenAccount: {
    scope: 'any',
    checks: [
      ({ members }, _actor, c) => checkFound(members.member(c.member), 'member', c.member),
      ({ members }, actor, c) => checkManages(members, actor, c.member),
      (_x, _actor, c) => checkHandle(c.handle),
      ({ members }, actor, c) => checkNewAccountGroup(members, actor, c),
      ({ members }, _actor, c) => checkNewAccount(members, c),
    ],
    apply: ({ members }, ctx, c) => void members.openAccount(ctx, c),
  },
  SetOwnerGroup: {
    scope: 'admin',
    checks: [
      ({ members }, _actor, c) => checkFound(members.account(c.account), 'account', c.account),
      ({ members }, _actor, c) => checkGroup(members, c.ownerGroup),
    ],
    apply: ({ members }, ctx, c) => members.setOwnerGroup(ctx, c),
  },
  AddUser: {
    scope: 'any',
    checks: [
      ({ members }, _actor, c) => checkFound(members.member(c.member), 'member', c.member),
      ({ members }, actor, c) => checkManages(members, actor, c.member),
      ({ members }, actor, c) => checkFirstVerifier(members, actor, c),
      (_x, _actor, c) => checkHandle(c.handle),
      ({ members }, _actor, c) =>
        members.userNamed(c.handle)
          ? refuse('ALREADY_EXISTS', { what: 'user', id: c.handle })
          : null,
      ({ members }, _actor, c) =>
        members.userCountOf(c.member) >= LIMITS.usersPerMember
          ? refuse('LIMIT_REACHED', { limit: LIMITS.usersPerMember, what: 'users of a member' })
          : null,
    ],
    apply: ({ members }, ctx, c) => void members.addUser(ctx, c),
  },
  SetVerifier: {
    scope: 'any',
    checks: [
      ({ members }, _actor, c) => checkFound(members.user(c.user), 'user', c.user),
      ({ members }, actor, c) => checkVerifier(members, actor, c.user),
    ],
    apply: ({ members }, ctx, c) => members.setVerifier(ctx, c),
  },
  IssueKey: {
    scope: 'any',
    checks: [
      checkSubjects,
      checkIssuer,
      checkKeyFields,
      checkNode,
      checkBeyondIssuer,
      checkAdminIssue,
      checkKeyLimits,
    ],
    apply: ({ members }, ctx, c) => void members.issueKey(ctx, c),
  },
  RevokeKey: {
    scope: 'any',
    checks: [checkRevoke],
    apply: ({ members }, ctx, c) => members.revokeKey(ctx, c.key),
  },
}

function checkRoles(roles: readonly string[]): Refusal | null {
  if (new Set(roles).size === roles.length) return null
  return refuse('FIELD_INVALID', { field: 'roles', why: 'named twice' })
}

/** 0 opens a new group; any other must exist. */
function checkGroup(members: MembersDesk, ownerGroup: number): Refusal | null {
  const exists = ownerGroup === 0 || members.hasOwnerGroup(ownerGroup)
  return exists ? null : refuse('NOT_FOUND', { what: 'owner group', id: ownerGroup })
}

/**
 * Beneficial ownership is the operator's finding: without scope admin a new account stays in a group
 * of its member, so that nobody slips out of self-trade prevention (rule MBR-018).
 */
function checkNewAccountGroup(
  members: MembersDesk,
  actor: Actor,
  { member, ownerGroup }: { readonly member: number; readonly ownerGroup: number },
): Refusal | null {
  if (isAdmin(members, actor)) return checkGroup(members, ownerGroup)
  if (ownerGroup === 0) return refuse('SCOPE_MISSING', { scope: 'admin' })
  const own = members.accountsOf(member).some((row) => row.ownerGroup === ownerGroup)
  return own ? null : refuse('FORBIDDEN')
}

function checkNewAccount(
  members: MembersDesk,
  { member, handle }: { readonly member: number; readonly handle: string },
): Refusal | null {
  const accounts = members.accountsOf(member)
  if (accounts.length >= LIMITS.accountsPerMember) {
    const what = 'accounts of a member'
    return refuse('LIMIT_REACHED', { limit: LIMITS.accountsPerMember, what })
  }
  const taken = accounts.some((row) => row.handle === handle)
  return taken ? refuse('ALREADY_EXISTS', { what: 'account', id: handle }) : null
}

/**
 * Signing in with a password gives all that the member may do, so only scope admin gives a first
 * verifier; otherwise any key with scope keys could make itself a person without its limits (MBR-019).
 */
function checkFirstVerifier(
  members: MembersDesk,
  actor: Actor,
  { member, verifier }: { readonly member: number; readonly verifier: string | null },
): Refusal | null {
  if (verifier === null) return null
  const refused = members.authorize(actor, 'admin')
  if (refused !== null || !members.isOperator(member)) return refused
  return checkNotAlone(members, actor, undefined)
}

/**
 * A person changes the own verifier in a session that the exchange gave for the old one; every other
 * change is for scope admin, and that of the operator's people is not done alone (MBR-019, MBR-025).
 */
function checkVerifier(members: MembersDesk, actor: Actor, id: number): Refusal | null {
  const key = members.key(actor.key)
  const isOwn = key?.credential === 'session' && key.user === id
  if (isOwn && key.parent === 0 && key.capMicro === null) return null
  const refused = members.authorize(actor, 'admin')
  const user = members.user(id)
  if (refused !== null || user === undefined || !members.isOperator(user.member)) return refused
  return checkNotAlone(members, actor, id)
}
