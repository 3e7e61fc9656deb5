/** Events about meters that disagree. */
import { hex, i64, nullable, struct, text, u32, u53 } from '../../kernel/index.ts'
import { decidedBy } from '../disputes.ts'

export const disputeEvents = {
  /** `coveredSeconds` is what counts of the reading, `heardSeconds` the lease clock at it. */
  BuyerMeterRead: struct({
    lease: u53,
    reading: u32,
    coveredSeconds: u32,
    saidSeconds: u32,
    heardSeconds: u32,
    cpuUs: nullable(u53),
    evidence: hex(32),
    head: hex(32),
  }),
  /**
   * The final bill of a lease is disputed. `sellerSeconds` and `buyerSeconds` are what each side
   * would bill: the lower is paid, `disputedMicro` and its fee stay in escrow, `returnedMicro` is
   * claimed by nobody and goes back to the buyer.
   */
  DisputeOpened: struct({
    dispute: u53,
    lease: u53,
    sellerSeconds: u32,
    buyerSeconds: u32,
    /** the node's chain of signed meter reports: the last one, and its hash */
    sellerPeriod: u53,
    sellerEvidence: hex(32),
    /** the chain of the buyer's readings */
    buyerReading: u32,
    buyerEvidence: hex(32),
    disputedMicro: i64,
    disputedFeeMicro: i64,
    returnedMicro: i64,
    deadlineUs: u53,
  }),
  /** Of the disputed money, fee included, `paidMicro` went to the seller and the venue. */
  DisputeResolved: struct({
    dispute: u53,
    lease: u53,
    by: decidedBy,
    acceptedSeconds: u32,
    paidMicro: i64,
    returnedMicro: i64,
    reason: text(256),
  }),
}
