/** Rows of the disputes desk. */
import {
  hex,
  list,
  nullable,
  safe64,
  struct,
  text,
  u32,
  u53,
  type Infer,
} from '../../kernel/index.ts'
import { decidedBy, LIMITS } from '../../messages/index.ts'

/** Points of a trace; with more every second one goes. */
export const POINTS_MAX = 256

const trace = list(struct({ clock: u32, seller: u32, buyer: u32 }), POINTS_MAX)

/** The buyer's own meter of a lease that has no final bill yet. */
export const buyerMeterRow = struct({
  lease: u53,
  readings: u32,
  /** as the buyer said it last */
  saidSeconds: u32,
  /** seconds of long silences, which count as delivered */
  grantedSeconds: u32,
  /** lease clock at the last reading */
  heardSeconds: u32,
  cpuUs: nullable(u53),
  evidence: hex(32),
  head: hex(32),
  trace,
})
export type BuyerMeterRow = Infer<typeof buyerMeterRow>

export const disputeRow = struct({
  dispute: u53,
  lease: u53,
  allocation: u53,
  node: u32,
  buyAccount: u32,
  sellAccount: u32,
  openedAtUs: u53,
  deadlineUs: u53,
  timer: u53,
  clockSeconds: u32,
  sellerSeconds: u32,
  sellerCpuUs: u53,
  sellerPeriod: u53,
  sellerEvidence: hex(32),
  /** seqs of the node's last signed reports, oldest first: the last one is `sellerPeriod` */
  sellerReports: list(u53, LIMITS.meterReportsKept),
  buyerSeconds: u32,
  buyer: buyerMeterRow,
  disputedMicro: safe64,
  disputedFeeMicro: safe64,
  doubtedSeconds: u32,
  decision: nullable(
    struct({
      by: decidedBy,
      acceptedSeconds: u32,
      paidMicro: safe64,
      returnedMicro: safe64,
      reason: text(256),
      atUs: u53,
    }),
  ),
})
export type DisputeRow = Infer<typeof disputeRow>
