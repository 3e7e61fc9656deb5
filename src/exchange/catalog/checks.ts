/** Looks that several desks take at nodes and fields before they agree. */
import { refuse, type Refusal } from '../../messages/index.ts'
import type { Actor } from '../context.ts'
import type { CatalogDesk } from './catalog.ts'

/** The node is there and belongs to the acting account. */
export function ownNode(catalog: CatalogDesk, actor: Actor, node: number): Refusal | null {
  const account = catalog.facts.account(node)
  if (account === actor.account && account !== 0) return null
  return account === 0 ? refuse('NOT_FOUND', { what: 'node', id: node }) : refuse('FORBIDDEN')
}

/** FIELD_INVALID unless the field is as it must be; `why` says what it must be. */
export function fieldUnless(good: boolean, field: string, why: string): Refusal | null {
  return good ? null : refuse('FIELD_INVALID', { field, why })
}
