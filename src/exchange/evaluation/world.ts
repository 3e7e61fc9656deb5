import type { CatalogDesk } from '../catalog/catalog.ts'
import type { Context } from '../context.ts'
import type { MembersDesk } from '../members/members.ts'
import type { Timers } from '../timers.ts'
import type { EvaluationDesk } from './evaluation.ts'

/** What the evaluation desk sees of the others. */
export interface EvaluationWorld {
  readonly timers: Timers
  readonly catalog: CatalogDesk
  readonly evaluation: EvaluationDesk
  readonly members: MembersDesk
  /** Reports or thresholds changed: these nodes are graded anew, and their offers follow. */
  readonly regrade: (ctx: Context, nodes: Iterable<number>) => void
}
