/** Words and shape of an evaluation report: what a machine's daemon signs and anybody can check. */
import { bool, hex, list, nullable, oneOf, struct, text, u16, u32, u53 } from '../kernel/index.ts'
import type { Infer } from '../kernel/index.ts'
import { inventory } from './inventory.ts'

/** The suite of measurements. Another set of kernels, or another size of one, is another suite. */
export const SUITE = 'suan-2'
/** sha256 of the suite's definition: metrics, kernels, their sizes and checksums. */
export const SUITE_DIGEST = '07c9752ad3eee69d7c97acfe1ec40356c5556e2225e92d8871da71881df57954'

/** A report is good for so long at most (rule EVA-011). */
export const REPORT_DAYS = 90
/** A report that was taken longer ago than this is not taken any more. */
export const REPORT_AGE_SECONDS = 86_400
export const REPORT_BYTES = 65_536
/** A run whose threads had a processor for less of its time, × 1,000, waited for other programs. */
export const WAITED_PERMILLE = 950

export const dimension = oneOf('general', 'ai', 'storage', 'network', 'efficiency')
export type Dimension = Infer<typeof dimension>

export const profile = oneOf('general', 'ai-training', 'ai-inference', 'super', 'storage')
export type Profile = Infer<typeof profile>

/**
 * Why something is not rated. LOADED: others used the processors. STEAL: the hypervisor took time.
 * PRESSURE: tasks waited for a processor before the measurement. SCATTER: runs of one quantity do not
 * agree. FREQUENCY: the clock fell while measuring. MISSING_METRIC: it could not be measured here.
 * POWER_TIER: energy is only modelled, not measured. TOO_FEW_RUNS: fewer than five.
 */
export const unratedReason = oneOf(
  'LOADED',
  'STEAL',
  'PRESSURE',
  'SCATTER',
  'FREQUENCY',
  'MISSING_METRIC',
  'POWER_TIER',
  'TOO_FEW_RUNS',
)
export type UnratedReason = Infer<typeof unratedReason>

/** How energy was read: P3 a calibrated meter, P2 the board or the card, P1 RAPL, P0 a model. */
const powerTier = oneOf('P0', 'P1', 'P2', 'P3')
export type PowerTier = Infer<typeof powerTier>

export interface SuiteMetric {
  readonly unit: string
  readonly lowerIsBetter: boolean
  /** runs that scatter more than this (coefficient of variation) rate nothing */
  readonly scatterPpm: number
}
const compute = (unit: string): SuiteMetric => ({ unit, lowerIsBetter: false, scatterPpm: 50_000 })
const device = (unit: string): SuiteMetric => ({ unit, lowerIsBetter: false, scatterPpm: 300_000 })

/** Every metric of the suite, in the order of a report. `1t` is one thread, `nt` every processor. */
export const SUITE_METRICS: Readonly<Record<string, SuiteMetric>> = {
  int_1t_ops_per_s: compute('blocks/s'),
  int_nt_ops_per_s: compute('blocks/s'),
  fp_1t_steps_per_s: compute('steps/s'),
  fp_nt_steps_per_s: compute('steps/s'),
  compress_nt_kb_per_s: compute('kB/s'),
  dgemm_nt_mflops: compute('Mflop/s'),
  matmul_fp32_nt_mflops: compute('Mflop/s'),
  matmul_int8_nt_mops: compute('Mop/s'),
  triad_1t_mb_per_s: { ...compute('MB/s'), scatterPpm: 100_000 },
  triad_nt_mb_per_s: { ...compute('MB/s'), scatterPpm: 100_000 },
  latency_ps: { unit: 'ps', lowerIsBetter: true, scatterPpm: 100_000 },
  disk_write_mb_per_s: device('MB/s'),
  disk_read_mb_per_s: device('MB/s'),
  disk_reads_per_s: device('IO/s'),
  disk_writes_per_s: device('IO/s'),
  fsync_p99_us: { unit: 'us', lowerIsBetter: true, scatterPpm: 500_000 },
  rtt_ns: { unit: 'ns', lowerIsBetter: true, scatterPpm: 500_000 },
  jitter_ns: { unit: 'ns', lowerIsBetter: true, scatterPpm: 1_000_000 },
  delivered_ppm: { unit: 'ppm', lowerIsBetter: false, scatterPpm: 10_000 },
  download_kb_per_s: device('kB/s'),
  int_ops_per_joule: device('blocks/J'),
}

/** Better tools that a machine may have. `openblas` is the library, called by Python. */
export const toolName = oneOf('fio', 'iperf3', 'openblas', 'nvidia-smi', 'gpu-probe')
export type ToolName = Infer<typeof toolName>

/** `skipped`: not asked, or nothing was named for it. `failed`: it is there and gave nothing. */
export const toolState = oneOf('used', 'absent', 'skipped', 'failed')

export interface ToolMetric extends SuiteMetric {
  readonly tool: ToolName
}
const ofTool = (tool: ToolName, metric: SuiteMetric): ToolMetric => ({ ...metric, tool })
const disk = (unit: string): ToolMetric => ofTool('fio', device(unit))
const card = (unit: string): ToolMetric => ofTool('gpu-probe', compute(unit))

/**
 * Metrics of tools, in the order of a report. They are no part of the suite and earn no points: two
 * means never mix. An instrument may ask for a minimum of one by its name.
 */
export const TOOL_METRICS: Readonly<Record<string, ToolMetric>> = {
  fio_write_4k_iops: disk('IO/s'),
  fio_read_4k_iops: disk('IO/s'),
  fio_write_1m_kb_per_s: disk('kB/s'),
  fio_read_1m_kb_per_s: disk('kB/s'),
  fio_fsync_p99_ns: { ...disk('ns'), lowerIsBetter: true, scatterPpm: 500_000 },
  iperf3_up_kbit_per_s: ofTool('iperf3', device('kbit/s')),
  iperf3_down_kbit_per_s: ofTool('iperf3', device('kbit/s')),
  openblas_dgemm_mflops: ofTool('openblas', compute('Mflop/s')),
  openblas_sgemm_mflops: ofTool('openblas', compute('Mflop/s')),
  nvidia_memory_mib: ofTool('nvidia-smi', compute('MiB')),
  nvidia_power_limit_mw: ofTool('nvidia-smi', compute('mW')),
  nvidia_power_draw_mw: ofTool('nvidia-smi', { ...device('mW'), lowerIsBetter: true }),
  gpu_fp64_gflops: card('Gflop/s'),
  gpu_fp32_gflops: card('Gflop/s'),
  gpu_tf32_gflops: card('Gflop/s'),
  gpu_fp16_gflops: card('Gflop/s'),
  gpu_bf16_gflops: card('Gflop/s'),
  gpu_int8_gops: card('Gop/s'),
  gpu_memory_mb_per_s: card('MB/s'),
  gpu_h2d_mb_per_s: { ...card('MB/s'), scatterPpm: 100_000 },
  gpu_d2h_mb_per_s: { ...card('MB/s'), scatterPpm: 100_000 },
  gpu_launch_ns: { ...card('ns'), lowerIsBetter: true, scatterPpm: 300_000 },
}

/** What is known of a metric of the suite or of a tool; undefined for any other name. */
export function metricFacts(name: string): SuiteMetric | undefined {
  return ownOf(SUITE_METRICS, name) ?? ownOf(TOOL_METRICS, name)
}
const ownOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** As many as are taken while runs scatter, and some to spare. */
const RUNS_MOST = 32
const runs = list(u53, RUNS_MOST)
/** Raw runs of one quantity; `shares` is the part of its time that the work had a processor, × 1,000. */
const reportMetric = struct({ metric: text(32), runs, shares: list(u32, RUNS_MOST) })
export type ReportMetric = Infer<typeof reportMetric>

/** A better tool: whether it was there, which one it was, and what it measured. */
const toolReport = struct({
  name: toolName,
  state: toolState,
  /** as it says of itself; empty unless used */
  version: text(96),
  /** sha256 of the program, library or image that measured; null unless used */
  binary: nullable(hex(32)),
  /** how it was asked, or why it gave nothing */
  detail: text(256),
  metrics: list(reportMetric, 16),
})
export type ToolReport = Infer<typeof toolReport>

/** What else the machine did meanwhile. */
const conditions = struct({
  /** one-minute load average × 1,000 a processor, before */
  loadPermille: u32,
  /** share of the 10 s before in which some task waited for a processor, × 1,000 */
  pressurePermille: u32,
  /** share of all processor time that other programs used, before or meanwhile, × 1,000 */
  foreignPermille: u32,
  /** share of all processor time that the hypervisor took meanwhile, × 1,000 */
  stealPermille: u32,
  /** of the clocks seen under load, null where the system does not tell */
  lowestKhz: nullable(u32),
  highestKhz: nullable(u32),
  durationMs: u32,
})
export type Conditions = Infer<typeof conditions>

const dimensionScore = struct({
  dimension,
  /** 1,000 is the reference machine; null is not rated */
  points: nullable(u32),
  /** half of the 95 % interval, parts per million of the points */
  plusMinusPpm: u32,
  unrated: list(unratedReason, 8),
})
export type DimensionScore = Infer<typeof dimensionScore>

const profileScore = struct({
  profile,
  points: nullable(u32),
  /** dimensions that it needs and that are not rated */
  missing: list(dimension, 8),
})
export type ProfileScore = Infer<typeof profileScore>

/** Scores that follow from the runs and conditions; whoever checks a report works them out anew. */
const judgement = struct({
  dimensions: list(dimensionScore, 8),
  profiles: list(profileScore, 8),
  rated: bool,
  reasons: list(unratedReason, 8),
})
export type Judgement = Infer<typeof judgement>

/** A measured machine; the signature is over these canonical bytes. */
export const evaluationReport = struct({
  format: u16,
  software: text(32),
  /** null for a report that is for no exchange */
  venue: nullable(text(64)),
  node: nullable(u32),
  publicKey: hex(32),
  inventory,
  suite: text(32),
  suiteDigest: hex(32),
  referenceDigest: hex(32),
  metrics: list(reportMetric, 48),
  /** figures of better tools that are installed here; they earn no points */
  tools: list(toolReport, 8),
  conditions,
  power: struct({ tier: powerTier, source: text(64) }),
  judgement,
  /** Merkle root over the metrics and tools */
  evidenceRoot: hex(32),
  measuredAtUs: u53,
  expiresAtUs: u53,
})
export type EvaluationReport = Infer<typeof evaluationReport>
