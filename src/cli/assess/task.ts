import { BLOCK_BYTES, FILL_MOST, MATRIX_MOST } from '../../kernel/index.ts'
import type { ChallengeKind } from '../../messages/index.ts'
import type { ChallengeTarget } from '../../wire/index.ts'
import { randomHex } from './conduct.ts'

/** How much is asked, and how soon it must be there. */
export interface Sizes {
  /** order of the matrices */
  readonly order: number
  /** filled memory */
  readonly memoryMib: number
  /** milliseconds of a witness */
  readonly witnessMs: number
  /** what starting a prover and the way there and back may take */
  readonly slackMs: number
  /** of the time that the node's own report allows; a machine that passes the work on needs more */
  readonly times: number
}
/** A second of a laptop's time at most, little memory, and much patience. */
export const SMALL: Sizes = {
  order: 512,
  memoryMib: 64,
  witnessMs: 700,
  slackMs: 30_000,
  times: 4,
}
/** Enough work that a machine cannot do it twice in its time. */
export const WHOLE: Sizes = {
  ...SMALL,
  order: MATRIX_MOST,
  memoryMib: 512,
  slackMs: 2_000,
  times: 1.5,
}
const MIB = 1_048_576

/** Slower than any machine that is sold: bytes filled a second, millions of operations a second. */
const FILL_FLOOR = 40_000_000
const MATRIX_FLOOR_MOPS = 200
/** Opening what is there takes no time of its own. */
const ANSWER_MS = 5_000
const FILL_ANSWER_SHARE = 0.5

export interface Task {
  readonly proof: ChallengeKind
  readonly seed: string
  readonly size: number
  readonly commit_ms: number
  readonly answer_ms: number
}

/**
 * A new task with deadlines near what the node's report allows. What was filled in must be answered
 * in much less than filling takes, from the reads alone.
 */
export function newTask(
  proof: ChallengeKind,
  { order, memoryMib, witnessMs, slackMs, times }: Sizes,
  target?: Pick<ChallengeTarget, 'matmul_int8_nt_mops'>,
): Task {
  const seed = randomHex()
  if (proof === 'matrix') {
    const size = Math.min(order, MATRIX_MOST)
    const mops = Math.max(MATRIX_FLOOR_MOPS, target?.matmul_int8_nt_mops ?? 0)
    const workMs = (2 * size ** 3) / (mops * 1_000)
    const commit_ms = Math.ceil(slackMs + times * workMs)
    return { proof, seed, size, commit_ms, answer_ms: ANSWER_MS }
  }
  if (proof === 'memory') {
    const size = Math.min(Math.floor((memoryMib * MIB) / BLOCK_BYTES), FILL_MOST)
    const fillMs = (size * BLOCK_BYTES * 1_000) / FILL_FLOOR
    const commit_ms = Math.ceil(slackMs + fillMs)
    const answer_ms = Math.ceil(Math.max(ANSWER_MS, fillMs * FILL_ANSWER_SHARE))
    return { proof, seed, size, commit_ms, answer_ms }
  }
  return { proof, seed, size: witnessMs, commit_ms: slackMs, answer_ms: ANSWER_MS }
}
