/** All desks together: what flows and the check table see. */
import type { Backlog } from '../backlog.ts'
import type { ChallengesDesk } from '../challenges/challenges.ts'
import type { Context } from '../context.ts'
import type { DeliveryWorld } from '../delivery/delivery.ts'
import type { DisputesDesk } from '../disputes/disputes.ts'
import type { EvaluationDesk } from '../evaluation/evaluation.ts'
import type { Fill } from '../trading/world.ts'
import type { SlaDesk } from '../sla/sla.ts'
import type { TradingDesk } from '../trading/trading.ts'

export interface Desks extends DeliveryWorld {
  readonly trading: TradingDesk
  readonly evaluation: EvaluationDesk
  readonly sla: SlaDesk
  readonly challenges: ChallengesDesk
  readonly disputes: DisputesDesk
  readonly backlog: Backlog
  /** Opens what was traded; standing needs may trade on. */
  readonly filled: (ctx: Context, fills: readonly Fill[]) => void
  /** These nodes have room again: their offers follow. */
  readonly supplied: (ctx: Context, nodes: Iterable<number>) => void
  /** Reports or thresholds changed: these nodes are graded anew, and their offers follow. */
  readonly regrade: (ctx: Context, nodes: Iterable<number>) => void
}
