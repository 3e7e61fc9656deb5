/** What queries return about proof of hardware. */
import type { ChallengeEnd, ChallengeKind, ChallengeStep } from '../challenge.ts'

export interface ChallengeView {
  readonly challenge: number
  /** the assessor */
  readonly account: number
  readonly node: number
  readonly lease: number | null
  readonly audit: number | null
  readonly proof: ChallengeKind
  readonly seed: string
  readonly size: number
  readonly commitMs: number
  readonly answerMs: number
  readonly step: ChallengeStep
  /** until when the step can be taken; null when it is closed */
  readonly dueUs: number | null
  readonly root: string | null
  readonly work: number
  readonly draw: string | null
  readonly answerDigest: string | null
  readonly openedAtUs: number
  readonly committedAtUs: number | null
  readonly drawnAtUs: number | null
  readonly answeredAtUs: number | null
  readonly closedAtUs: number | null
  readonly end: ChallengeEnd | null
  readonly measured: number
  readonly contract: number
  /** of a closed witness that is not void */
  readonly ratioPpm: number | null
}

/** What is proven of a node. */
export interface ProofView {
  readonly node: number
  /** null: it never passed a challenge */
  readonly passedAtUs: number | null
  /** kinds that it failed and has not passed since: meanwhile it is sold only where grade U is */
  readonly failing: readonly ChallengeKind[]
  readonly failedAtUs: number | null
  /** the last witnesses, oldest first, and their median; null before the first */
  readonly witnesses: readonly number[]
  readonly deliverablePpm: number | null
}
