/** What each kind of timer does when it fires. */
import { endCommitment } from '../capacity/rules.ts'
import type { Context } from '../context.ts'
import { releaseEarning } from '../delivery/money.ts'
import { endReason, hourly, renew } from '../delivery/renew.ts'
import { expireEvaluation } from '../evaluation/assess.ts'
import type { Timer, TimerKind } from '../timers.ts'
import { challengeOver } from './challenges.ts'
import { closeLeases } from './delivery.ts'
import { disputeOver } from './disputes.ts'
import { finish } from './finish.ts'
import { windowOver } from './sla-credit.ts'
import { settleReturn, settleSupply, takeStep } from './supply.ts'
import type { Desks } from './world.ts'

type Fire = (x: Desks, ctx: Context, subject: number) => void

const FIRE: { readonly [K in TimerKind]: Fire } = {
  order_expiry: (x, ctx, order) => settleReturn(x, ctx, x.trading.expire(ctx, order)),
  offer_expiry: (x, ctx, offer) => x.trading.expireOffer(ctx, offer),
  start_deadline: (x, ctx, lease) => {
    closeLeases(x, ctx, x.delivery.leases.must(lease), 'START_TIMEOUT')
  },
  renewal: (x, ctx, lease) => renew(x, ctx, x.delivery.leases.must(lease)),
  accrual: (x, ctx, lease) => hourly(x, ctx, x.delivery.leases.must(lease)),
  funded_end: (x, ctx, id) => {
    const lease = x.delivery.leases.must(id)
    closeLeases(x, ctx, lease, endReason(x, lease))
  },
  settle_deadline: (x, ctx, id) => {
    const lease = x.delivery.leases.must(id)
    finish(x, ctx, lease)
    settleSupply(x, ctx, [lease.node])
  },
  retention: (x, ctx, id) => releaseEarning(x, ctx, x.delivery.earnings.must(id)),
  proposal_expiry: (x, ctx, proposal) => x.members.expireProposal(ctx, proposal),
  grade_expiry: (x, ctx, node) => expireEvaluation(x, ctx, node),
  commitment_start: (x, ctx, id) => settleSupply(x, ctx, nodeOfCommitment(x, id)),
  commitment_end: (x, ctx, id) => {
    const nodes = nodeOfCommitment(x, id)
    endCommitment(x, ctx, id)
    settleSupply(x, ctx, nodes)
  },
  cancel_after: (x, ctx, account) => settleReturn(x, ctx, x.trading.fireCancelAfter(ctx, account)),
  challenge_deadline: (x, ctx, challenge) => challengeOver(x, ctx, challenge),
  sla_window: (x, ctx, lease) => windowOver(x, ctx, lease),
  dispute_deadline: (x, ctx, dispute) => disputeOver(x, ctx, dispute),
  backlog: (x, ctx) => x.backlog.work(ctx, (row) => takeStep(x, ctx, row)),
}

/** Fires one timer at its own due time. */
export function fire(x: Desks, ctx: Context, timer: Timer): void {
  FIRE[timer.kind](x, ctx, timer.subject)
}

function nodeOfCommitment(x: Desks, id: number): number[] {
  const row = x.capacity.commitment(id)
  return row === undefined ? [] : [row.node]
}
