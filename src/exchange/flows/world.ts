/** All desks together: what flows and the check table see. */
import type { Context } from '../context.ts'
import type { DeliveryWorld } from '../delivery/delivery.ts'
import type { EvaluationDesk } from '../evaluation/evaluation.ts'
import type { Fill } from '../trading/world.ts'
import type { TradingDesk } from '../trading/trading.ts'

export interface Desks extends DeliveryWorld {
  readonly trading: TradingDesk
  readonly evaluation: EvaluationDesk
  /** Opens what was traded; standing needs may trade on. */
  readonly filled: (ctx: Context, fills: readonly Fill[]) => void
  /** Grades of these nodes changed: their offers follow. */
  readonly regraded: (ctx: Context, nodes: readonly number[]) => void
}
