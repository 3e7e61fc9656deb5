/** Challenges of machines as the API shows them. */
import { formatTime } from '../../kernel/index.ts'
import type { ChallengeView, ProofView } from '../../messages/index.ts'
import type { Challenge, NodeProofs } from '../dto/proofs.ts'
import { idOf, idOrNull } from '../id.ts'
import { timeOrNull } from './common.ts'

export function toChallenge(view: ChallengeView): Challenge {
  return {
    id: idOf('challenge', view.challenge),
    account_id: idOf('account', view.account),
    node_id: idOf('node', view.node),
    lease_id: idOrNull('lease', view.lease),
    audit_id: idOrNull('audit', view.audit),
    proof: view.proof,
    seed: view.seed,
    size: view.size,
    step: view.step,
    due_at: timeOrNull(view.dueUs),
    root: view.root,
    work: view.work,
    draw: view.draw,
    answer_digest: view.answerDigest,
    opened_at: formatTime(view.openedAtUs),
    committed_at: timeOrNull(view.committedAtUs),
    drawn_at: timeOrNull(view.drawnAtUs),
    answered_at: timeOrNull(view.answeredAtUs),
    closed_at: timeOrNull(view.closedAtUs),
    end: view.end,
    measured: view.measured,
    contract: view.contract,
    ratio_ppm: view.ratioPpm,
  }
}

export function toNodeProofs(
  view: ProofView,
): Omit<NodeProofs, 'data' | 'next_cursor' | 'has_more'> {
  return {
    node_id: idOf('node', view.node),
    passed_at: timeOrNull(view.passedAtUs),
    failing: [...view.failing],
    failed_at: timeOrNull(view.failedAtUs),
    witnesses_ppm: [...view.witnesses],
    deliverable_ppm: view.deliverablePpm,
  }
}
