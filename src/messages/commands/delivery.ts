/** Commands of the delivery desk: the buyer's wishes and the provider daemon's reports. */
import {
  bool,
  hex,
  i53,
  list,
  nullable,
  oneOf,
  struct,
  text,
  u16,
  u32,
  u53,
} from '../../kernel/index.ts'
import { faultParty, nodeAbility, tunnelKind, workloadEnd, workloadStatus } from '../vocabulary.ts'

/** One lease's line in a meter report. Totals since ready; they never decrease. */
export const meterReading = struct({
  lease: u53,
  /** contiguous seconds delivered since ready, on the daemon's monotonic clock */
  coveredSeconds: u32,
  cpuUs: u53,
  memoryPeakMib: u32,
  /** no reading follows: the allocation is closed on the machine */
  final: bool,
})

export const deliveryCommands = {
  StartWorkload: struct({ allocation: u53, specDigest: hex(32), closeAllocation: bool }),
  StopWorkload: struct({ workload: u53, graceSeconds: u16 }),
  /** The buyer gives the allocation back. */
  CloseAllocation: struct({ allocation: u53 }),
  /** Total seconds after which the allocation ends by itself; null is open-ended. */
  SetDuration: struct({ allocation: u53, durationSeconds: nullable(u32) }),
  /**
   * Where the provider loses the allocation after it was ready, buy another machine at up to `ticks` a
   * unit-hour and run there what ran; null takes the wish back.
   */
  AskReplacement: struct({ allocation: u53, ticks: nullable(u32) }),
  /** Halt what runs in it until it is resumed. It stays reserved, and billed. */
  SuspendAllocation: struct({ allocation: u53 }),
  ResumeAllocation: struct({ allocation: u53 }),
  /** What the daemon of a node can do for its leases; replaces what it said before. */
  ReportAbilities: struct({ node: u32, abilities: list(nodeAbility, 16) }),
  /** The provider takes the allocation back: after notice, or at once where interruptible. */
  ReclaimAllocation: struct({ allocation: u53, reason: oneOf('maintenance', 'shutdown', 'other') }),
  /** The nonce came back from inside the opened allocation: billing starts. */
  ReportReady: struct({ lease: u53, nonce: hex(16) }),
  /** Image or input transfer; progress moves the start deadline. */
  ReportStartProgress: struct({ lease: u53, bytesDone: u53, bytesTotal: u53 }),
  ReportStartFailure: struct({ lease: u53, fault: faultParty, detail: text(256) }),
  ReportWorkload: struct({
    workload: u53,
    status: workloadStatus,
    exitCode: nullable(i53),
    end: nullable(workloadEnd),
    logDigest: nullable(hex(32)),
    outputDigest: nullable(hex(32)),
  }),
  /** One signed, hash-chained report a minute for all leases of a node. */
  ReportMeters: struct({
    node: u32,
    /** 1, 2, 3 … per node */
    period: u53,
    previous: hex(32),
    readings: list(meterReading, 4096),
    signature: hex(64),
  }),
  /** Written by the exchange's own door when a daemon's connection is lost or back. */
  ReportContact: struct({ node: u32, connected: bool }),
  /** A shell or a port is asked for: who, what and when stays known; what passes through does not. */
  OpenTunnel: struct({ workload: u53, tunnel: tunnelKind, port: nullable(u16) }),
}
