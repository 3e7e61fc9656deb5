/** Rows of the challenges desk. */
import { hex, list, nullable, safe64, struct, u32, u53, type Infer } from '../../kernel/index.ts'
import {
  challengeEnd,
  challengeKind,
  challengeStep,
  devices,
  LIMITS,
} from '../../messages/index.ts'

/** One challenge. Closed ones are history: the newest of a node stay. */
export const challengeRow = struct({
  challenge: u53,
  account: u32,
  node: u32,
  lease: nullable(u53),
  audit: nullable(u53),
  proof: challengeKind,
  seed: hex(32),
  size: u32,
  commitMs: u32,
  answerMs: u32,
  step: challengeStep,
  /** the step is taken before it, or never */
  dueUs: u53,
  timer: u53,
  root: nullable(hex(32)),
  work: u53,
  draw: nullable(hex(32)),
  answerDigest: nullable(hex(32)),
  openedAtUs: u53,
  committedAtUs: nullable(u53),
  drawnAtUs: nullable(u53),
  answeredAtUs: nullable(u53),
  closedAtUs: nullable(u53),
  end: nullable(challengeEnd),
  measured: u53,
  contract: u53,
  ratioPpm: nullable(u32),
})
export type ChallengeRow = Infer<typeof challengeRow>

/** What is proven of a node, and which devices it claims. */
export const proofRow = struct({
  node: u32,
  devices,
  passedAtUs: nullable(u53),
  /** kinds that it failed and did not pass since */
  failing: list(challengeKind, 3),
  failedAtUs: nullable(u53),
  /** ratios of its last witnesses, oldest first */
  witnesses: list(u32, LIMITS.witnessesKept),
})
export type ProofRow = Infer<typeof proofRow>

/** A lease that had a witness and is not settled. */
export const witnessRow = struct({
  lease: u53,
  /** when the last one was opened */
  lastUs: u53,
  /** delivery before it is judged by witnesses already */
  judgedUs: u53,
  /** what they gave the buyer so far */
  creditedMicro: safe64,
})
export type WitnessRow = Infer<typeof witnessRow>
