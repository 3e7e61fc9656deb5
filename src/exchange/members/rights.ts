import { refuse, type Refusal } from '../../messages/index.ts'
import type { Actor } from '../context.ts'
import { isSystem, type MembersDesk } from './members.ts'
import { refuseUnlessApproved } from './proposals.ts'

/** Letters, digits, dot, dash, underscore: a pseudonymous name (FIELD_INVALID). */
export function checkHandle(handle: string): Refusal | null {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(handle)) return null
  const why = 'letters, digits, dot, dash and underscore only'
  return refuse('FIELD_INVALID', { field: 'handle', why })
}

/**
 * Null for scope admin, and for scope keys within the member (rule MBR-010). Otherwise
 * SCOPE_MISSING, or FORBIDDEN for another member's matter.
 */
export function checkManages(members: MembersDesk, actor: Actor, member: number): Refusal | null {
  if (isAdmin(members, actor)) return null
  const refused = members.authorize(actor, 'keys')
  if (refused !== null) return refused
  return members.memberOf(actor.account) === member ? null : refuse('FORBIDDEN')
}

/** The exchange itself, or a key with scope admin. */
export function isAdmin(members: MembersDesk, actor: Actor): boolean {
  return members.authorize(actor, 'admin') === null
}

/** NOT_FOUND unless the row is there. */
export function checkFound(row: unknown, what: string, id: number): Refusal | null {
  return row === undefined ? refuse('NOT_FOUND', { what, id }) : null
}

/**
 * Gives another person the operator's authority: alone only while at most one person has it, so that
 * nobody makes the second person of a two-person action (rule MBR-025). `user` null is a key of
 * nobody, which is no person; undefined a person yet to come.
 */
export function checkNotAlone(
  members: MembersDesk,
  actor: Actor,
  user: number | null | undefined,
): Refusal | null {
  if (isSystem(actor) || user === null) return null
  const isOwn = members.key(actor.key)?.user === user && user !== undefined
  if (isOwn || members.adminPersons(actor.timeUs) < 2) return null
  return refuseUnlessApproved(actor)
}
