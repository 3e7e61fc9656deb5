/** What of a node is used at an instant, and by what. */
import type { Resources } from '../../messages/index.ts'
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
