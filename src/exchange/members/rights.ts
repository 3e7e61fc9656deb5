import { refuse, type Refusal } from '../../messages/index.ts'
import type { Actor } from '../context.ts'
import type { MembersDesk } from './members.ts'

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
