/** The suite `suan-2`: everything that a report says of a machine, measured here. */
import { availableParallelism } from 'node:os'
import {
  Fault,
  SUITE_METRICS,
  type EvaluationReport,
  type ReportMetric,
} from '../../messages/index.ts'
import { watchConditions, type Watch } from './conditions.ts'
import { measureDisk } from './disk.ts'
import { EFFORT, type Effort } from './effort.ts'
import { CHASE_STEPS, ChaseKernel } from './memory-kernel.ts'
import { measureNetwork } from './network.ts'
import { findMeter, workPerJoule } from './power.ts'
import { startThreads, type Threads } from './threads.ts'
import { ALL_TOOLS, measureTools } from './tools/measure-tools.ts'
import type { ToolChoice } from './tools/tool.ts'
import { timedKernel, type KernelName, type TimedRun } from './timed.ts'
import { wantsMore } from './wants-more.ts'

/** What was measured and under which conditions; scores are made of it elsewhere. */
export type Measurement = Pick<
  EvaluationReport,
  'metrics' | 'tools' | 'conditions' | 'power' | 'measuredAtUs'
>

export interface Evaluation {
  /** on the disk that workloads will use */
  readonly folder: string
  /** address of the exchange, null when there is none: the way to it is measured */
  readonly url: string | null
  readonly effort?: Effort
  /** better tools that may be used; without it every one that is found */
  readonly tools?: ToolChoice
}

/** After one run alone, threads still became faster. */
const WARM_UP_RUNS = 3

/** Kernel of each metric of processors and memory, and what one unit of the metric is. */
const COMPUTE: readonly (readonly [metric: string, kernel: KernelName, unit: number])[] = [
  ['int_1t_ops_per_s', 'integer', 1],
  ['int_nt_ops_per_s', 'integer', 1],
  ['fp_1t_steps_per_s', 'float', 1],
  ['fp_nt_steps_per_s', 'float', 1],
  ['compress_nt_kb_per_s', 'compress', 1_000],
  ['dgemm_nt_mflops', 'dgemm', 1_000_000],
  ['matmul_fp32_nt_mflops', 'single', 1_000_000],
  ['matmul_int8_nt_mops', 'int8', 1_000_000],
  ['triad_1t_mb_per_s', 'triad', 1_000_000],
  ['triad_nt_mb_per_s', 'triad', 1_000_000],
]

/**
 * Measures this machine in about fifteen seconds, thirty with tools, and up to thirty more where runs
 * scatter: 1 look whether it is idle,
 * 2 processors and memory, 3 energy where it can be read, 4 the disk under `folder`, 5 the way to the
 * exchange, 6 tools that are installed.
 * Throws Fault EVALUATION_WRONG when a kernel gives a wrong result: such a machine must not sell.
 */
export async function evaluate(evaluation: Evaluation): Promise<Measurement> {
  const { folder, url, effort = EFFORT, tools: choice = ALL_TOOLS } = evaluation
  const watch = await watchConditions()
  const meter = findMeter()
  const threads = startThreads(availableParallelism())
  let found: ReportMetric[]
  try {
    found = await measureCompute({ threads, watch, effort })
    found.push(measureLatency(effort))
    if (meter !== null) {
      const work = async (ms: number) => operationsOf(await threads.run('integer', ms))
      const runs = await repeat(effort.runs, () => workPerJoule(meter, work))
      found.push(metric('int_ops_per_joule', runs))
    }
  } finally {
    await threads.close()
  }
  // The disk and the network are waited for: their time says nothing of who else used processors.
  const conditions = watch.finish()
  found.push(...diskMetrics(folder, effort), ...(await networkMetrics(url, effort)))
  const tools = await measureTools({ choice, folder, effort })
  const order = Object.keys(SUITE_METRICS)
  return {
    metrics: found.toSorted((a, b) => order.indexOf(a.metric) - order.indexOf(b.metric)),
    tools,
    conditions,
    power: meter === null ? { tier: 'P0', source: '' } : { tier: meter.tier, source: meter.source },
    measuredAtUs: Math.floor(Date.now() * 1_000),
  }
}

interface Compute {
  readonly threads: Threads
  readonly watch: Watch
  readonly effort: Effort
}

async function measureCompute(compute: Compute): Promise<ReportMetric[]> {
  const found: ReportMetric[] = []
  for (const [name, kernel, unit] of COMPUTE) {
    found.push(await measureKernel(name, kernel, unit, compute))
  }
  return found
}

/** Units a second of each run, and the part of its time that its threads had a processor. */
async function measureKernel(
  name: string,
  kernel: KernelName,
  unit: number,
  { threads, watch, effort }: Compute,
): Promise<ReportMetric> {
  const isSingle = name.includes('_1t_')
  const one = isSingle ? timedKernel(kernel) : null
  const count = isSingle ? 1 : availableParallelism()
  const work = async (ms = effort.runMs): Promise<TimedRun[]> =>
    one === null ? threads.run(kernel, ms) : [one(ms)]
  // First the kernel is compiled, on each thread for itself; that time is thrown away.
  await work(WARM_UP_RUNS * effort.runMs)
  const [runs, shares]: [number[], number[]] = [[], []]
  while (wantsMore(name, { runs, shares }, effort)) {
    const before = process.cpuUsage()
    const start = performance.now()
    const done = await work()
    const wallUs = (performance.now() - start) * 1_000
    const { user, system } = process.cpuUsage(before)
    watch.underLoad()
    operationsOf(done)
    const perSecond = done.reduce((sum, run) => sum + (run.operations * 1_000) / run.elapsedMs, 0)
    runs.push(whole(perSecond / unit))
    shares.push(Math.round(((user + system) * 1_000) / (wallUs * count)))
  }
  return { metric: name, runs, shares }
}

/** All work of threads that ran side by side. */
function operationsOf(runs: readonly TimedRun[]): number {
  if (runs.some((run) => !run.exact)) throw new Fault('EVALUATION_WRONG', { retryable: false })
  return runs.reduce((sum, run) => sum + run.operations, 0)
}

function measureLatency(effort: Effort): ReportMetric {
  const kernel = new ChaseKernel()
  kernel.run(CHASE_STEPS)
  const runs: number[] = []
  while (wantsMore('latency_ps', { runs, shares: [] }, effort)) {
    const start = performance.now()
    kernel.run(CHASE_STEPS)
    runs.push(whole(((performance.now() - start) * 1e9) / CHASE_STEPS))
  }
  return metric('latency_ps', runs)
}

function diskMetrics(folder: string, effort: Effort): ReportMetric[] {
  const disk = measureDisk(folder, effort.runs)
  return [
    metric('disk_write_mb_per_s', disk.writeMbPerS),
    metric('disk_read_mb_per_s', disk.readMbPerS),
    metric('disk_reads_per_s', disk.readsPerS),
    metric('disk_writes_per_s', disk.writesPerS),
    metric('fsync_p99_us', disk.fsyncP99Us),
  ].filter(({ runs }) => runs.length > 0)
}

async function networkMetrics(url: string | null, effort: Effort): Promise<ReportMetric[]> {
  const runs = url === null ? null : await measureNetwork(url, effort.runs)
  if (runs === null) return []
  return [
    metric(
      'rtt_ns',
      runs.map((run) => run.rttNs),
    ),
    metric(
      'jitter_ns',
      runs.map((run) => run.jitterNs),
    ),
    metric(
      'delivered_ppm',
      runs.map((run) => run.deliveredPpm),
    ),
    metric(
      'download_kb_per_s',
      runs.map((run) => run.downloadKbPerS),
    ),
  ]
}

function metric(name: string, runs: readonly number[]): ReportMetric {
  return { metric: name, runs: runs.map(whole), shares: [] }
}

function whole(run: number): number {
  return Math.max(0, Math.round(run))
}

async function repeat<T>(count: number, once: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  while (results.length < count) results.push(await once())
  return results
}
