/** Events of proof of hardware. */
import { i64, nullable, struct, u32, u53 } from '../../kernel/index.ts'
import { challengeEnd, challengeKind } from '../challenge.ts'
import { challengeCommands as c } from '../commands/challenge.ts'

export const challengeEvents = {
  DevicesClaimed: struct(c.ClaimDevices.fields),
  /** `account` assesses; `audit` names the audit that it is part of. */
  ChallengeOpened: struct({
    challenge: u53,
    account: u32,
    audit: nullable(u53),
    ...c.OpenChallenge.fields,
    openedAtUs: u53,
    commitByUs: u53,
  }),
  ChallengeCommitted: struct({
    ...c.CommitChallenge.fields,
    node: u32,
    committedAtUs: u53,
    drawByUs: u53,
  }),
  ChallengeDrawn: struct({
    ...c.DrawChallenge.fields,
    node: u32,
    drawnAtUs: u53,
    answerByUs: u53,
  }),
  ChallengeAnswered: struct({
    ...c.AnswerChallenge.fields,
    node: u32,
    answeredAtUs: u53,
    judgeByUs: u53,
  }),
  /** Judged, or its time was over. `ratioPpm` only of a witness that is not void. */
  ChallengeClosed: struct({
    challenge: u53,
    node: u32,
    lease: nullable(u53),
    proof: challengeKind,
    end: challengeEnd,
    measured: u53,
    contract: u53,
    ratioPpm: nullable(u32),
    openedAtUs: u53,
    closedAtUs: u53,
  }),
  AuditOpened: struct({ audit: u53, assessor: u32, ...c.OpenAudit.fields, nodes: u32 }),
  /**
   * What a witness gave the buyer: `timeMicro` for its own second, `penaltyMicro` for what was missing
   * in the `seconds` since the last one, charged as `chargeMicro`; `owedMicro` of both is a lien.
   */
  WitnessCredited: struct({
    challenge: u53,
    lease: u53,
    ratioPpm: nullable(u32),
    seconds: u32,
    chargeMicro: i64,
    timeMicro: i64,
    penaltyMicro: i64,
    paidMicro: i64,
    owedMicro: i64,
  }),
  /** Median of the node's last eight witnesses: what of its report it delivers inside leases. */
  NodeDeliverableSet: struct({ node: u32, deliverablePpm: u32 }),
}
