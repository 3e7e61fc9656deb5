/** Rows of the delivery desk. */
import {
  bool,
  hex,
  i53,
  i64,
  list,
  nullable,
  safe64,
  struct,
  text,
  u16,
  u32,
  u53,
  type Infer,
} from '../../kernel/index.ts'
import {
  faultParty,
  isolation,
  leaseEnd,
  leaseStatus,
  LIMITS,
  resources,
  workloadEnd,
  workloadStatus,
} from '../../messages/index.ts'

export const allocationRow = struct({
  allocation: u53,
  order: u53,
  account: u32,
  key: u32,
  /** total seconds from ready after which it ends; null is open-ended */
  durationSeconds: nullable(u32),
  /** cap on everything the order may ever cost; null is none */
  capMicro: nullable(i64),
  leases: list(u53, 16_384),
  workloads: list(u53, 1_024),
  openedAtUs: u53,
  closed: bool,
  /** place among those that hold nothing any more, oldest first; 0 before that */
  retiredRank: u53,
})
export type AllocationFields = Readonly<Infer<typeof allocationRow>>
export type { AllocationRow } from './allocation-record.ts'

export const leaseRow = struct({
  lease: u53,
  allocation: u53,
  order: u53,
  instrument: u32,
  node: u32,
  buyAccount: u32,
  buyKey: u32,
  sellAccount: u32,
  status: leaseStatus,
  end: nullable(leaseEnd),
  fault: nullable(faultParty),
  detail: text(256),
  units: u32,
  resources,
  isolation,
  priceMicroPerHour: safe64,
  buyerFeePpm: u32,
  sellerFeePpm: u32,
  horizonSeconds: u32,
  interruptible: bool,
  noticeSeconds: u32,
  nonce: hex(16),
  /** the nonce came back; with the other leases of the allocation it becomes ready */
  opened: bool,
  openedAtUs: u53,
  startDeadlineUs: u53,
  readyAtUs: nullable(u53),
  closedAtUs: nullable(u53),
  /** money settled */
  settledAtUs: nullable(u53),
  /** capacity free again: the daemon said that nothing runs, or the deadline passed */
  freedAtUs: nullable(u53),
  untilUs: nullable(u53),
  fundedSeconds: u32,
  /** lease clock at the close */
  clockSeconds: u32,
  coveredSeconds: u32,
  /** covered seconds that came too late to be believed (rule DLV-021) */
  discountSeconds: u32,
  /** coverage is believed up to here: it follows the readings, and lies never more than 10 minutes back */
  believedUs: u53,
  /** all that was ever put in escrow */
  principalMicro: safe64,
  feeEscrowMicro: safe64,
  billedMicro: safe64,
  buyerFeeMicro: safe64,
  sellerFeeMicro: safe64,
  cpuUs: u53,
  memoryPeakMib: u32,
  startTimer: u53,
  renewalTimer: u53,
  accrualTimer: u53,
  endTimer: u53,
  settleTimer: u53,
})
export type LeaseFields = Infer<typeof leaseRow>
export type { LeaseRow } from './lease-record.ts'

export const workloadRow = struct({
  workload: u53,
  allocation: u53,
  account: u32,
  node: u32,
  specDigest: hex(32),
  closeAllocation: bool,
  status: workloadStatus,
  exitCode: nullable(i53),
  end: nullable(workloadEnd),
  logDigest: nullable(hex(32)),
  outputDigest: nullable(hex(32)),
  queuedAtUs: u53,
  startedAtUs: nullable(u53),
  endedAtUs: nullable(u53),
  /** grace seconds of the stop that was asked for */
  stopRequested: nullable(u16),
})
export type WorkloadRow = Infer<typeof workloadRow>

/** Where a node's chain of meter reports stands. */
export const meterRow = struct({
  node: u32,
  period: u53,
  head: hex(32),
  /** seqs of its last reports, oldest first */
  recent: list(u53, LIMITS.meterReportsKept),
})
export type MeterRow = Infer<typeof meterRow>

/** A seller's earnings at rest. */
export const earningRow = struct({ id: u53, account: u32, amountMicro: safe64, releaseAtUs: u53 })
export type EarningRow = Infer<typeof earningRow>

export const WORKLOAD_ENDED: ReadonlySet<WorkloadRow['status']> = new Set([
  'done',
  'failed',
  'terminated',
])
