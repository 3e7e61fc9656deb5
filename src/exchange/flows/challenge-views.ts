/** Proof of hardware as queries show it. */
import type { ChallengeView, Device, ProofView } from '../../messages/index.ts'
import type { ChallengeRow } from '../challenges/rows.ts'
import type { Desks } from './world.ts'

export function challengeView(row: ChallengeRow): ChallengeView {
  const { timer: _timer, dueUs, ...shown } = row
  return { ...shown, dueUs: row.step === 'closed' ? null : dueUs }
}

/** Newest first. */
export function challengesOf(x: Desks, node: number, open: boolean): ChallengeView[] {
  const rows = open ? x.challenges.openOf(node) : x.challenges.of(node)
  return rows.map(challengeView).toReversed()
}

export function devicesOf(x: Desks, node: number): Device[] {
  return [...(x.challenges.proof(node)?.devices ?? [])]
}

export function proofView(x: Desks, node: number): ProofView | null {
  if (x.catalog.node(node) === undefined) return null
  const row = x.challenges.proof(node)
  return {
    node,
    passedAtUs: row?.passedAtUs ?? null,
    failing: row?.failing ?? [],
    failedAtUs: row?.failedAtUs ?? null,
    witnesses: row?.witnesses ?? [],
    deliverablePpm: x.challenges.deliverablePpm(node),
  }
}
