/** The disk by fio: many requests at once, past the page cache where the file system can do that. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ReportMetric } from '../../../messages/index.ts'
import type { Effort } from '../effort.ts'
import { digestOf, runTool, type ToolOutput } from './run-tool.ts'
import { mustFind, toolMetric, ToolTrouble, type ToolFound, type ToolWorld } from './tool.ts'

const FILE_MIB = 64
const DEPTH = 32
const LIMIT_MS = 60_000

type Direction = 'read' | 'write'
/** A metric, how fio is told, and how its answer is read. */
interface Job {
  readonly metric: string
  readonly args: readonly string[]
  readonly valueOf: (job: FioJob) => number
}
const asynchronous = (metric: string, rw: string, bs: string, valueOf: Job['valueOf']): Job => ({
  metric,
  args: [`--rw=${rw}`, `--bs=${bs}`],
  valueOf,
})
const iops = (way: Direction) => (job: FioJob) => job[way].iops
const kilobytes = (way: Direction) => (job: FioJob) => job[way].bw_bytes / 1_000

/** The order matters: the first writes lay the file out. */
const JOBS: readonly Job[] = [
  asynchronous('fio_write_1m_kb_per_s', 'write', '1m', kilobytes('write')),
  asynchronous('fio_read_1m_kb_per_s', 'read', '1m', kilobytes('read')),
  asynchronous('fio_write_4k_iops', 'randwrite', '4k', iops('write')),
  asynchronous('fio_read_4k_iops', 'randread', '4k', iops('read')),
  {
    metric: 'fio_fsync_p99_ns',
    args: '--rw=write --bs=4k --ioengine=psync --iodepth=1 --direct=0 --fsync=1'.split(' '),
    valueOf: (job) => job.sync?.lat_ns?.percentile?.['99.000000'] ?? 0,
  },
]

interface FioJob {
  readonly jobname: string
  readonly error: number
  readonly read: { readonly iops: number; readonly bw_bytes: number }
  readonly write: { readonly iops: number; readonly bw_bytes: number }
  readonly sync?: {
    readonly lat_ns?: { readonly percentile?: Readonly<Record<string, number>> }
  }
}

/** Measures the disk under the folder; without direct access the page cache is in it, and it says so. */
export async function measureFio({ folder, effort }: ToolWorld): Promise<ToolFound> {
  const path = mustFind('fio')
  const file = join(folder, `fio-${process.pid}.tmp`)
  const engine = process.platform === 'linux' ? 'libaio' : 'posixaio'
  const run = async (direct: 0 | 1): Promise<ToolOutput> =>
    runTool({ path, args: argsOf(file, engine, direct, effort), limitMs: LIMIT_MS })
  try {
    const direct = await run(1)
    const isDirect = direct.code === 0
    const output = isDirect ? direct : await run(0)
    const way = isDirect ? 'direct' : 'through the page cache'
    return {
      version: (await runTool({ path, args: ['--version'], limitMs: 5_000 })).stdout.trim(),
      binary: digestOf(path),
      detail: `${engine}, depth ${DEPTH}, ${FILE_MIB} MiB, ${way}`,
      metrics: parseFio(output),
    }
  } finally {
    rmSync(file, { force: true })
  }
}

function argsOf(file: string, engine: string, direct: 0 | 1, { runs, runMs }: Effort): string[] {
  const common = [
    ...'--output-format=json --eta=never --thread --time_based --randrepeat=1'.split(' '),
    `--filename=${file}`,
    `--size=${FILE_MIB}m`,
    `--runtime=${2 * runMs}ms`,
    `--ioengine=${engine}`,
    `--iodepth=${DEPTH}`,
    `--direct=${direct}`,
  ]
  // The first of all lays the file out; what it took says nothing.
  const layOut = ['--name=lay-out', '--rw=write', '--bs=1m']
  const jobs = JOBS.flatMap(({ metric, args }) =>
    Array.from({ length: runs }, () => [`--name=${metric}`, '--stonewall', ...args]).flat(),
  )
  return [...common, ...layOut, ...jobs]
}

/** Runs of each metric out of fio's JSON; throws ToolTrouble when it failed. */
export function parseFio({ code, stdout, stderr }: ToolOutput): ReportMetric[] {
  if (code !== 0) throw new ToolTrouble('failed', stderr.trim() || `exit ${code ?? 'by signal'}`)
  const { jobs } = JSON.parse(stdout) as { readonly jobs: readonly FioJob[] }
  const broken = jobs.find(({ error }) => error !== 0)
  if (broken !== undefined) {
    throw new ToolTrouble('failed', `${broken.jobname}: error ${broken.error}`)
  }
  return JOBS.map(({ metric, valueOf }) => {
    const runs = jobs.filter(({ jobname }) => jobname === metric).map((job) => valueOf(job))
    return toolMetric(metric, runs)
  })
}
