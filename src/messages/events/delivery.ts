/** Events of the delivery desk. */
import { bool, hex, i53, i64, nullable, struct, text, u16, u32, u53 } from '../../kernel/index.ts'
import { deliveryCommands as c, meterReading } from '../commands/delivery.ts'
import {
  faultParty,
  isolation,
  leaseEnd,
  resources,
  workloadEnd,
  workloadStatus,
} from '../vocabulary.ts'

export const deliveryEvents = {
  AllocationOpened: struct({ allocation: u53, order: u53, account: u32, key: u32, leases: u32 }),
  LeaseOpened: struct({
    lease: u53,
    allocation: u53,
    order: u53,
    trade: u53,
    instrument: u32,
    node: u32,
    buyAccount: u32,
    sellAccount: u32,
    units: u32,
    resources,
    isolation,
    priceMicroPerHour: i64,
    buyerFeePpm: u32,
    sellerFeePpm: u32,
    fundedSeconds: u32,
    /** the register's next commitment: the lease cannot renew past it; null is never */
    untilUs: nullable(u53),
    startDeadlineUs: u53,
    /** what must come back from inside the allocation */
    nonce: hex(16),
  }),
  StartDeadlineMoved: struct({ lease: u53, startDeadlineUs: u53, bytesDone: u53, bytesTotal: u53 }),
  LeaseReady: struct({ lease: u53, readyAtUs: u53 }),
  /** `fundedSeconds` counts from ready; the exchange signs it for the daemon. */
  LeaseRenewed: struct({ lease: u53, fundedSeconds: u32, escrowMicro: i64 }),
  /** Renewal was due and could not be had: the code says why; it ends at fundedSeconds. */
  LeaseRenewalRefused: struct({ lease: u53, code: text(48), fundedSeconds: u32 }),
  LeaseSuspended: struct({ lease: u53 }),
  LeaseResumed: struct({ lease: u53 }),
  LeaseReclaiming: struct({ lease: u53, endsAtUs: u53 }),
  /** The clock stopped. Money and capacity are settled by LeaseSettled. */
  LeaseClosed: struct({
    lease: u53,
    end: leaseEnd,
    fault: faultParty,
    detail: text(256),
    clockSeconds: u32,
  }),
  /** Money moved to the seller: totals so far. */
  LeaseBilled: struct({
    lease: u53,
    acceptedSeconds: u32,
    billedMicro: i64,
    buyerFeeMicro: i64,
    sellerFeeMicro: i64,
  }),
  /** Final bill, escrow returned, capacity free again. */
  LeaseSettled: struct({
    lease: u53,
    acceptedSeconds: u32,
    billedMicro: i64,
    buyerFeeMicro: i64,
    sellerFeeMicro: i64,
    returnedMicro: i64,
    cpuUs: u53,
    memoryPeakMib: u32,
  }),
  AllocationClosed: struct({ allocation: u53 }),
  DurationSet: struct(c.SetDuration.fields),
  ReplacementAsked: struct(c.AskReplacement.fields),
  /** By the buyer. Of lost contact LeaseSuspended tells. */
  AllocationSuspended: struct(c.SuspendAllocation.fields),
  AllocationResumed: struct(c.ResumeAllocation.fields),
  AbilitiesReported: struct(c.ReportAbilities.fields),
  WorkloadQueued: struct({
    workload: u53,
    allocation: u53,
    account: u32,
    node: u32,
    specDigest: hex(32),
    closeAllocation: bool,
  }),
  WorkloadChanged: struct({
    workload: u53,
    status: workloadStatus,
    exitCode: nullable(i53),
    end: nullable(workloadEnd),
    logDigest: nullable(hex(32)),
    outputDigest: nullable(hex(32)),
  }),
  WorkloadStopRequested: struct({ workload: u53, graceSeconds: u16 }),
  MeterRead: struct({ node: u32, period: u53, ...meterReading.fields }),
  TunnelOpened: struct({ ...c.OpenTunnel.fields, node: u32 }),
  ContactChanged: struct({ node: u32, connected: bool }),
  EarningsReleased: struct({ account: u32, amountMicro: i64 }),
  GapResumed: struct({ fromUs: u53, toUs: u53 }),
  QuarantineReleased: struct({ account: u32, command: text(32) }),
  /** `what` and `subject`: the kind of timer, and the number of what it is about */
  TimerHeld: struct({ timer: u53, what: text(32), subject: u53 }),
  TimerReleased: struct({ timer: u53 }),
  VenueOpened: struct({ venue: text(64), exchangePublicKey: hex(32), rules: u16 }),
}
