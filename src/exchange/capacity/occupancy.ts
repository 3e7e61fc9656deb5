/** What of a node is used at an instant, and by what. */
import type { Resources } from '../../messages/index.ts'
import { isNothing, least, less, NOTHING, plus } from './resources.ts'
import type { UseRow } from './rows.ts'

/** At every instant attested + shortfall = reserve + free + held + leased + committed (CAP-005). */
export interface Occupancy {
  readonly attested: Resources
  readonly reserve: Resources
  readonly free: Resources
  readonly held: Resources
  readonly leased: Resources
  readonly committed: Resources
  /** promised beyond what is attested any more; nothing in good times */
  readonly shortfall: Resources
}

/** Does the half-open interval of the use hold this instant? */
export function covers(use: UseRow, atUs: number): boolean {
  return use.fromUs <= atUs && (use.untilUs === null || atUs < use.untilUs)
}

/** Holds yield: what promises leave is shared by one-shot orders first, then standing offers. */
export function occupancy(
  attested: Resources,
  reserve: Resources,
  uses: Iterable<UseRow>,
  atUs: number,
): Occupancy {
  let leased = NOTHING
  let committed = NOTHING
  let wanted = NOTHING
  for (const use of uses) {
    if (!covers(use, atUs)) continue
    if (use.kind === 'lease') leased = plus(leased, use.resources)
    else if (use.kind === 'commitment') committed = plus(committed, use.resources)
    else wanted = plus(wanted, use.resources)
  }
  const promised = plus(plus(reserve, leased), committed)
  const room = less(attested, promised)
  const held = isNothing(wanted) ? NOTHING : least(wanted, room)
  return {
    attested,
    reserve,
    free: less(room, held),
    held,
    leased,
    committed,
    shortfall: less(promised, attested),
  }
}
