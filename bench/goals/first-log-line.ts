/** From `./suan run …` to the first line of its log, and where that time goes. */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  chooseDriver,
  decodeFrames,
  monotonicMs,
  setFunding,
  startWorkload,
  type Driver,
} from '../../src/agent/index.ts'
import { median, row, type Row } from '../row.ts'
import { firstLineByEngine } from './first-line-by-engine.ts'
import { newFolder, ready, removeFolder, startSandbox } from '../server.ts'

const ROUNDS = 5
const LOOK_MS = 2
const PROGRAM = ['sh', '-c', 'echo line']
const RUN = ['run', '--cpu', '1', '--memory', '256MiB', '--max-price', '0.50', '-y', '-o', 'jsonl']

/** When each event came, in milliseconds since the command was started. */
type Events = ReadonlyMap<string, number>

/** Stages between events of the command; they add up to the whole. */
const STAGES = [
  ['quote and order (after the start of the command line)', 'cli', 'ordered'],
  ['running (allocation opened, proved, program started)', 'ordered', 'running'],
  ['first line', 'running', 'log'],
] as const

export async function firstLogLine(): Promise<Row[]> {
  const folder = newFolder()
  const server = await startSandbox(folder, [])
  try {
    await ready(server)
    const bench = await openDriver(join(folder, 'bare'))
    const runs: Events[] = []
    const bare: number[] = []
    // Interleaved; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const cliMs = await commandLine(server.env, ['--version'], () => {})
      const events = await timedRun(server.env)
      const bareMs = await bareStart(bench, round)
      if (round === 0) continue
      runs.push(new Map([...events, ['cli', cliMs], ['start', 0]]))
      bare.push(bareMs)
    }
    return [
      row('first-log-line', 'from ./suan run to the first log line', total(runs), 'ms', [
        `${bench.driver.name} driver alone`,
        median(bare),
      ]),
      row(
        'first-log-line',
        'of it: start of the command line',
        between(runs, 'start', 'cli'),
        'ms',
      ),
      ...STAGES.map(([what, from, to]) =>
        row('first-log-line', `of it: ${what}`, between(runs, from, to), 'ms'),
      ),
      ...(await firstLineByEngine()),
    ]
  } finally {
    await server.stop()
    removeFolder(folder)
  }
}

function total(runs: readonly Events[]): number {
  return between(runs, 'start', 'log')
}

function between(runs: readonly Events[], from: string, to: string): number {
  return median(runs.map((each) => (each.get(to) ?? Number.NaN) - (each.get(from) ?? Number.NaN)))
}

async function timedRun(env: Readonly<Record<string, string>>): Promise<Events> {
  const events = new Map<string, number>()
  const from = performance.now()
  await commandLine(env, [...RUN, '--', ...PROGRAM], (line) => {
    const { event } = JSON.parse(line) as { event: string }
    if (!events.has(event)) events.set(event, performance.now() - from)
  })
  return events
}

/** Runs `./suan` to its end, with its output line by line; how long it took, in milliseconds. */
async function commandLine(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<number> {
  const from = performance.now()
  const child = spawn('./suan', args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
  const code = await new Promise((resolve) => {
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`./suan ${args.join(' ')} ended with ${String(code)}`)
  return performance.now() - from
}

interface Bench {
  readonly driver: Driver
  readonly folder: string
}

/** The best driver that works here, as the daemon chooses. */
async function openDriver(folder: string): Promise<Bench> {
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  const { driver } = await chooseDriver(folder, 'bench')
  return { driver, folder }
}

/** The driver's own way to the first line: open, fund, start; in milliseconds. */
async function bareStart({ driver, folder }: Bench, lease: number): Promise<number> {
  const from = performance.now()
  const leaseFolder = join(folder, String(900_000 + lease))
  const resources = { cores: 1, memoryMib: 256, diskMib: 0, cards: 0 }
  const request = { lease: 900_000 + lease, resources, folder: leaseFolder }
  const allocation = await driver.openAllocation(request)
  setFunding(allocation.folder, monotonicMs(), 3_600)
  const home = join(allocation.folder, 'workloads', '1')
  mkdirSync(join(home, 'inputs'), { recursive: true })
  const spec = {
    command: PROGRAM,
    environment: [],
    image: null,
    workingDirectory: null,
    inputs: [],
    outputPath: null,
  }
  const handle = await startWorkload(driver, allocation, { workload: 1, spec, folder: home })
  while (decodeFrames(handle.log(0, 65_536)).frames.length === 0) await sleep(LOOK_MS)
  const tookMs = performance.now() - from
  await driver.closeAllocation(allocation)
  return tookMs
}
