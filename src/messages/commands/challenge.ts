/** Commands of proof of hardware: devices, challenges, and what came of them. */
import { hex, nullable, struct, u32, u53 } from '../../kernel/index.ts'
import { challengeKind, devices, verdict } from '../challenge.ts'

const task = {
  proof: challengeKind,
  /** everything that is computed follows from it */
  seed: hex(32),
  /** rows of a matrix, blocks of memory, iterations between two checkpoints */
  size: u32,
  /** from the opening to the commitment, and from the draw to the answer */
  commitMs: u32,
  answerMs: u32,
}

export const challengeCommands = {
  /** What the daemon found in its machine; it replaces what the node claimed before. */
  ClaimDevices: struct({ node: u32, devices }),
  /** `lease` always and only for a witness. */
  OpenChallenge: struct({ node: u32, lease: nullable(u53), ...task }),
  /** The node has its result: the root over it cannot change any more. `work`: iterations done. */
  CommitChallenge: struct({ challenge: u53, root: hex(32), work: u53 }),
  /** Randomness of the assessor, which the node could not know before it committed. */
  DrawChallenge: struct({ challenge: u53, draw: hex(32) }),
  /** The opened parts are the object `answerDigest`. */
  AnswerChallenge: struct({ challenge: u53, answerDigest: hex(32) }),
  /** What the node did, and what its report says that it does, in the same unit a second. */
  JudgeChallenge: struct({ challenge: u53, verdict, measured: u53, contract: u53 }),
  /** One challenge for each unsold node of the provider that is online, all in one instant. */
  OpenAudit: struct({ account: u32, ...task }),
}
