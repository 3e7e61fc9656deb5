/** Makes the desks and tells them of each other. */
import { Backlog } from './backlog.ts'
import { BudgetDesk } from './ledger/budgets.ts'
import { LedgerDesk } from './ledger/ledger.ts'
import { CapacityDesk } from './capacity/capacity.ts'
import { CatalogDesk } from './catalog/catalog.ts'
import { ChallengesDesk } from './challenges/challenges.ts'
import { DeliveryDesk } from './delivery/delivery.ts'
import { DisputesDesk } from './disputes/disputes.ts'
import { EvaluationDesk } from './evaluation/evaluation.ts'
import { settleAtTrade } from './flows/at-trade.ts'
import { filled, inSteps, settleReturn } from './flows/supply.ts'
import type { Desks } from './flows/world.ts'
import { Idempotency } from './idempotency.ts'
import { MembersDesk } from './members/members.ts'
import { SlaDesk } from './sla/sla.ts'
import { Counters, type Stateful } from './table.ts'
import { Timers } from './timers.ts'
import { TradingDesk } from './trading/trading.ts'
import { Venue } from './venue.ts'

export interface AllDesks extends Desks {
  readonly idempotency: Idempotency
}

/**
 * What becomes of a trade: a lease, delivered and paid by the second; or payment at once, in a venue
 * that delivers nothing.
 */
export type Settlement = 'lease' | 'at_trade'

export function buildDesks(settlement: Settlement = 'lease'): AllDesks {
  const delivers = settlement === 'lease'
  const venue = new Venue()
  const counters = new Counters()
  const timers = new Timers(counters)
  const backlog = new Backlog(counters, timers)
  const members = new MembersDesk(counters, timers)
  const ledger = new LedgerDesk(counters, () => venue.row.rules)
  const budgets = new BudgetDesk(members)
  const catalog = new CatalogDesk(() => venue.row.mode)
  const capacity = new CapacityDesk(catalog, counters)
  const challenges = new ChallengesDesk(counters)
  const evaluation = new EvaluationDesk(catalog, challenges)
  const trading = new TradingDesk({
    counters,
    timers,
    members,
    ledger,
    budgets,
    catalog,
    capacity,
    delivers,
  })
  const delivery = new DeliveryDesk()
  const sla = new SlaDesk(counters)
  const disputes = new DisputesDesk(counters)
  const idempotency = new Idempotency()
  const x: AllDesks = {
    venue,
    counters,
    timers,
    backlog,
    members,
    ledger,
    budgets,
    catalog,
    capacity,
    evaluation,
    trading,
    delivery,
    sla,
    challenges,
    disputes,
    idempotency,
    heldByOrder: (order) => trading.orderView(order)?.heldMicro ?? 0n,
    unchargedSeconds: (lease) => sla.unchargedSeconds(lease),
    contestedSeconds: ({ lease, coveredSeconds, closedAtUs }, claimed, clock) =>
      disputes.contestedSeconds(lease, {
        claimedSeconds: claimed,
        coveredSeconds,
        clockSeconds: clock,
        isOver: closedAtUs !== null,
      }),
    disputeOf: (lease) => disputes.ofLease(lease)?.dispute ?? null,
    filled: (ctx, fills) => (delivers ? filled(x, ctx, fills) : settleAtTrade(x, ctx, fills)),
    supplied: (ctx, nodes) => settleReturn(x, ctx, nodes),
    regrade: (ctx, nodes) => inSteps(x, ctx, 'regrade', nodes),
  }
  return x
}

/** Every desk that has rows, in the order of a snapshot. */
export function statefulOf(x: AllDesks): readonly Stateful[] {
  return [
    x.venue,
    x.counters,
    x.timers,
    x.backlog,
    x.members,
    x.ledger,
    x.budgets,
    x.catalog,
    x.capacity,
    x.evaluation,
    x.trading,
    x.delivery,
    x.sla,
    x.challenges,
    x.disputes,
    x.idempotency,
  ]
}
