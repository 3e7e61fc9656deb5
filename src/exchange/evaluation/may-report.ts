/** Who may report on a node: its own provider, or an assessor. */
import { refuse, type Refusal } from '../../messages/index.ts'
import type { Actor } from '../context.ts'
import type { EvaluationWorld } from './world.ts'

/** Refuses with NOT_FOUND or FORBIDDEN. */
export function mayReport(x: EvaluationWorld, actor: Actor, node: number): Refusal | null {
  const row = x.catalog.node(node)
  if (row === undefined) return refuse('NOT_FOUND', { what: 'node', id: node })
  const may = row.account === actor.account || x.members.hasRole(actor.account, 'assessor')
  return may ? null : refuse('FORBIDDEN')
}

/**
 * The same with the scope that it needs: `provide` for one's own node, for another's `evaluate`.
 * `provide` does there too, as it did before: what was accepted once is accepted at every replay.
 */
export function mayAssess(x: EvaluationWorld, actor: Actor, node: number): Refusal | null {
  const isOwn = x.catalog.node(node)?.account === actor.account
  const denied = x.members.authorize(actor, 'provide')
  if (denied !== null && (isOwn || x.members.authorize(actor, 'evaluate') !== null)) return denied
  return mayReport(x, actor, node)
}
