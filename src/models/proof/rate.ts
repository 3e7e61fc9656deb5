import { BLOCK_BYTES } from '../../kernel/index.ts'
import type { ChallengeKind } from '../../messages/index.ts'

/**
 * Of a witness: what starting a process, its threads and the way to the exchange may take beside the
 * work itself, in microseconds. A program that is kept ready gains at most this.
 */
const WITNESS_ALLOWANCE_US = 250_000

/** What is known of a committed challenge; `elapsedUs` is by the exchange's clock. */
export interface Timed {
  readonly proof: ChallengeKind
  readonly size: number
  readonly work: number
  readonly elapsedUs: number
}

/** What the standing report says of the whole node; 0 is not known. */
export interface Reported {
  readonly intNtOpsPerS: number
  readonly matmulInt8NtMops: number
  /** of the node, and of the lease that a witness is in */
  readonly cores: number
  readonly leaseCores: number
}

/** Work a second: operations (2 n^3), bytes filled, or blocks of the integer kernel. */
export function measuredRate({ proof, size, work, elapsedUs }: Timed): number {
  if (proof === 'matrix') return rate(2 * size ** 3, elapsedUs)
  if (proof === 'memory') return rate(size * BLOCK_BYTES, elapsedUs)
  return rate(work, Math.max(size * 1_000, elapsedUs - WITNESS_ALLOWANCE_US))
}

/** The same by the report. Nothing in it says how fast memory is filled by this recipe. */
export function contractRate(proof: ChallengeKind, reported: Reported): number {
  if (proof === 'matrix') return reported.matmulInt8NtMops * 1_000_000
  if (proof === 'memory' || reported.cores === 0) return 0
  return Math.floor((reported.intNtOpsPerS * reported.leaseCores) / reported.cores)
}

function rate(work: number, us: number): number {
  return Math.floor((work * 1_000_000) / Math.max(1, us))
}
