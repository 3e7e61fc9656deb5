import { availableParallelism } from 'node:os'
import { Fault } from '../../messages/index.ts'
import { readConditions, stealPermille, type Conditions } from './conditions.ts'
import { measureDisk } from './disk.ts'
import { ChaseKernel, TRIAD_BYTES, TriadKernel } from './memory-kernel.ts'
import { summarize, type Sample } from './statistics.ts'
import { startThreads, type Threads } from './threads.ts'
import { timedKernel, type KernelName, type TimedRun } from './timed.ts'

/** Name of this set of kernels; another set or size is another suite. */
const SUITE = 'suan-short-1'

/** One measured quantity; its unit is in its name. */
export interface Metric {
  readonly metric: string
  readonly value: number
  readonly spreadPpm: number
}

/** A machine's measured figures and the conditions they were taken under. */
export interface Measurement {
  readonly suite: string
  readonly metrics: readonly Metric[]
  readonly loadPermille: number
  readonly pressurePermille: number
  readonly stealPermille: number
  /** true when the machine was busy or the figures scatter: not good enough for a grade */
  readonly provisional: boolean
  readonly measuredAtUs: number
}

/** How long to measure: `runs` runs of `runMs` for each quantity. */
export interface Effort {
  readonly runs: number
  readonly runMs: number
}
const EFFORT: Effort = { runs: 5, runMs: 120 }

/** Above these a measurement is provisional. */
const NOISE = { spreadPpm: 50_000, loadPermille: 300, pressurePermille: 100, steal: 20 }

/**
 * Measures this machine in a few seconds: integer and floating-point work on one and on all
 * processors (bit-exact, checked), memory bandwidth and latency, and the disk under `folder`.
 * Throws Fault EVALUATION_WRONG when a kernel gives a wrong result: such a machine must not sell.
 */
export async function evaluate(folder: string, effort: Effort = EFFORT): Promise<Measurement> {
  const before = readConditions()
  const threads = startThreads(availableParallelism())
  try {
    const compute = [
      ...(await measureCompute(threads, effort)),
      measureTriad(effort),
      measureLatency(effort),
    ]
    const steal = stealPermille(before, readConditions())
    return {
      suite: SUITE,
      metrics: [...compute, ...diskMetrics(folder, effort)],
      loadPermille: before.loadPermille,
      pressurePermille: before.pressurePermille,
      stealPermille: steal,
      provisional: isProvisional(compute, before, steal),
      measuredAtUs: Math.floor(Date.now() * 1_000),
    }
  } finally {
    await threads.close()
  }
}

/** Were the figures of processor and memory taken on a quiet machine and do they agree? */
export function isProvisional(
  compute: readonly Metric[],
  before: Pick<Conditions, 'loadPermille' | 'pressurePermille'>,
  steal: number,
): boolean {
  return (
    compute.some((figure) => figure.spreadPpm > NOISE.spreadPpm) ||
    before.loadPermille > NOISE.loadPermille ||
    before.pressurePermille > NOISE.pressurePermille ||
    steal > NOISE.steal
  )
}

async function measureCompute(threads: Threads, effort: Effort): Promise<Metric[]> {
  const one = timedKernel('integer')
  await warmUp(threads, one, effort)
  const single = await repeat(effort.runs, async () => rate([one(effort.runMs)]))
  const many = await repeat(effort.runs, async () => rateOf(threads, 'integer', effort))
  const dgemm = await repeat(effort.runs, async () => rateOf(threads, 'dgemm', effort))
  return [
    metric('int_1t_ops_per_s', summarize(single)),
    metric('int_nt_ops_per_s', summarize(many)),
    metric('dgemm_nt_mflops', summarize(dgemm.map((flops) => flops / 1_000_000))),
  ]
}

/** The first runs compile the kernels; their times are thrown away. */
async function warmUp(
  threads: Threads,
  one: (durationMs: number) => TimedRun,
  effort: Effort,
): Promise<void> {
  one(effort.runMs)
  await threads.run('integer', effort.runMs)
  await threads.run('dgemm', effort.runMs)
}

async function rateOf(threads: Threads, kernel: KernelName, effort: Effort): Promise<number> {
  return rate(await threads.run(kernel, effort.runMs))
}

/** Operations a second of threads that ran side by side. */
function rate(runs: readonly TimedRun[]): number {
  if (runs.some((run) => !run.exact)) throw new Fault('EVALUATION_WRONG', { retryable: false })
  return runs.reduce((sum, run) => sum + (run.operations * 1_000) / run.elapsedMs, 0)
}

function measureTriad(effort: Effort): Metric {
  const kernel = new TriadKernel()
  kernel.run()
  const runs = Array.from({ length: effort.runs }, () => {
    const start = performance.now()
    if (kernel.run() !== 7) throw new Fault('EVALUATION_WRONG', { retryable: false })
    return TRIAD_BYTES / 1_000 / (performance.now() - start)
  })
  return metric('triad_mb_per_s', summarize(runs))
}

function measureLatency(effort: Effort): Metric {
  const steps = 500_000
  const kernel = new ChaseKernel()
  kernel.run(steps)
  const runs = Array.from({ length: effort.runs }, () => {
    const start = performance.now()
    kernel.run(steps)
    return ((performance.now() - start) * 1_000_000) / steps
  })
  return metric('latency_ns', summarize(runs))
}

function diskMetrics(folder: string, effort: Effort): Metric[] {
  const disk = measureDisk(folder, Math.min(3, effort.runs))
  const reads = disk.readsPerS === null ? [] : [metric('disk_reads_per_s', disk.readsPerS)]
  return [
    metric('disk_write_mb_per_s', disk.writeMbPerS),
    ...reads,
    metric('fsync_p99_us', disk.fsyncP99Us),
  ]
}

function metric(name: string, sample: Sample): Metric {
  return {
    metric: name,
    value: Math.max(0, Math.round(sample.median)),
    spreadPpm: sample.spreadPpm,
  }
}

async function repeat<T>(count: number, once: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  while (results.length < count) results.push(await once())
  return results
}
