/**
 * The workload specification: an object in the store, never in the journal. The journal has its digest.
 * Canonical bytes by this codec, so one specification has one digest.
 */
import { hex, list, nullable, struct, text, u32, u53, type Infer } from '../kernel/index.ts'

export const workloadSpec = struct({
  /** program and arguments, run without a shell */
  command: list(text(65_536), 1_024),
  environment: list(struct({ name: text(256), value: text(65_536) }), 256),
  /** container image reference; null runs in the node's own sandbox */
  image: nullable(text(512)),
  workingDirectory: nullable(text(1_024)),
  /** input objects, placed at `path` before the start */
  inputs: list(struct({ path: text(1_024), digest: hex(32), sizeBytes: u53, mode: u32 }), 256),
  /** path inside the sandbox that is packed (tar) and stored after the end; null is nothing */
  outputPath: nullable(text(1_024)),
})
export type WorkloadSpec = Infer<typeof workloadSpec>

/** What the exchange signs for a daemon: it may deliver this lease for so many seconds from ready. */
export const fundedStatement = struct({
  venue: text(64),
  node: u32,
  lease: u53,
  fundedSeconds: u32,
  seq: u53,
})
export type FundedStatement = Infer<typeof fundedStatement>

/** What the daemon signs over a meter report: hash of these bytes is the next report's `previous`. */
export const meterStatement = struct({
  venue: text(64),
  node: u32,
  period: u53,
  previous: hex(32),
  readings: list(
    struct({ lease: u53, coveredSeconds: u32, cpuUs: u53, memoryPeakMib: u32 }),
    4_096,
  ),
})
export type MeterStatement = Infer<typeof meterStatement>
