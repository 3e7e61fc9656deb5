/** Commands about meters that disagree. */
import { hex, nullable, struct, text, u32, u53 } from '../../kernel/index.ts'

export const disputeCommands = {
  /**
   * The buyer's own count of what was delivered since ready. It never falls. `evidence` is the
   * SHA-256 of what its witness kept.
   */
  ReportBuyerMeter: struct({
    lease: u53,
    coveredSeconds: u32,
    cpuUs: nullable(u53),
    evidence: hex(32),
  }),
  /** Two persons of the operator say how many seconds are billed. */
  ResolveDispute: struct({ dispute: u53, acceptedSeconds: u32, reason: text(256) }),
}
