/** Walks the future of a node: every instant at which its use changes. */
import type { Resources } from '../../messages/index.ts'
import { covers } from './occupancy.ts'
import { NOTHING, plus } from './resources.ts'
import type { UseRow } from './rows.ts'

export interface Step {
  readonly atUs: number
  /** sum of all uses from `atUs` to the next step */
  readonly used: Resources
}

/**
 * The sums of `uses` at `fromUs` and at each later instant before `untilUs` (null is for ever) at
 * which a use begins. Ends are no steps of their own: they only make room, and the next begin sees it.
 */
export function steps(uses: readonly UseRow[], fromUs: number, untilUs: number | null): Step[] {
  const begins = new Set([fromUs])
  for (const use of uses) {
    if (use.fromUs > fromUs && (untilUs === null || use.fromUs < untilUs)) begins.add(use.fromUs)
  }
  return [...begins]
    .sort((a, b) => a - b)
    .map((atUs) => ({
      atUs,
      used: uses
        .filter((use) => covers(use, atUs))
        .reduce((sum, u) => plus(sum, u.resources), NOTHING),
    }))
}
