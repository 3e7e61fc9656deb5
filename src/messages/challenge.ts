/** Words of proof of hardware: what a node may be asked to prove, and what came of it. */
import { hex, list, oneOf, struct, text, type Infer } from '../kernel/index.ts'

/**
 * matrix: computes. memory: has the memory that it says. witness: delivers inside a lease what its
 * report says.
 */
export const challengeKind = oneOf('matrix', 'memory', 'witness')
export type ChallengeKind = Infer<typeof challengeKind>

/** What an assessor may say of an answer. */
export const verdict = oneOf('passed', 'wrong')
export type Verdict = Infer<typeof verdict>

/**
 * What became of a challenge. late: committed and not answered in time. silent: never committed.
 * void: nobody drew or judged in time, or its lease closed; it costs nobody anything.
 */
export const challengeEnd = oneOf('passed', 'wrong', 'late', 'silent', 'void')
export type ChallengeEnd = Infer<typeof challengeEnd>

/** Whose turn it is: the node commits, the assessor draws, the node answers, the assessor judges. */
export const challengeStep = oneOf('commit', 'draw', 'answer', 'judge', 'closed')
export type ChallengeStep = Infer<typeof challengeStep>

const deviceKind = oneOf('machine', 'gpu', 'disk')
export type DeviceKind = Infer<typeof deviceKind>

/**
 * One device of a node. `idHash` is the SHA-256 of "suan device", a zero byte, the kind, a zero byte,
 * and its serial number or UUID: the exchange can tell two nodes that claim it, and no more.
 */
const device = struct({ kind: deviceKind, idHash: hex(32), model: text(96) })
export type Device = Infer<typeof device>
export const devices = list(device, 64)

/** A witness below this share of what the node's report says costs the seller (rule PRF-010). */
export const DELIVERED_PPM = 950_000
