/** Two counts of one lease, compared. Pure integers: seconds since ready. */
import { LIMITS } from '../../messages/index.ts'

const PPM = 1_000_000

/** Where the seller's count and the lease clock are. */
export interface Claim {
  /** what the seller's meter would bill */
  readonly claimedSeconds: number
  /** all that its meter says */
  readonly coveredSeconds: number
  readonly clockSeconds: number
  readonly isOver: boolean
}
/** What counts of the buyer's meter, and the lease clock at its last reading. */
export interface Counted {
  readonly coveredSeconds: number
  readonly heardSeconds: number
}

/**
 * Seconds that the seller claims and the buyer, who looked, did not get. What the buyer did not look
 * at is not contested: after its last reading, and, while the lease runs, as far as the seller's own
 * meter has come since.
 */
export function contestedSeconds(claim: Claim, buyer: Counted): number {
  const { claimedSeconds, coveredSeconds, clockSeconds, isOver } = claim
  const seen = isOver ? clockSeconds : Math.min(clockSeconds, coveredSeconds)
  const unheard = Math.max(0, seen - buyer.heardSeconds)
  return Math.max(0, Math.min(claimedSeconds, claimedSeconds - buyer.coveredSeconds - unheard))
}

/** Is it more than meters may differ by (rule DSP-005)? */
export function isBeyondTolerance(claimedSeconds: number, contested: number): boolean {
  if (contested <= LIMITS.meterToleranceSeconds) return false
  return contested * PPM > claimedSeconds * LIMITS.meterTolerancePpm
}

/** Seconds of a silence of the buyer's meter that are too long ago to be contested (rule DSP-003). */
export function unspokenSeconds(clockSeconds: number, heardSeconds: number): number {
  const silent = clockSeconds - heardSeconds
  return Math.max(0, silent - LIMITS.backfillSeconds - LIMITS.meterReportSeconds)
}
