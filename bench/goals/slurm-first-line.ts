/** From a workload that may start to its first line on a Slurm, beside a bare job of the same cluster. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  decodeFrames,
  monotonicMs,
  setFunding,
  slurmDriver,
  startWorkload,
  type Allocation,
  type Driver,
  type SlurmOptions,
} from '../../src/agent/index.ts'
import { SAMPLE_NAME } from '../../test/conformance/bench.ts'
import { sampleImage, savedImage } from '../../test/conformance/sample-image.ts'
import { findSlurm, runcOfNode } from '../../test/tools/slurm.ts'
import { median, row, type Row } from '../row.ts'

const ROUNDS = 5
const LOOK_MS = 2
/** Of the bare engine's own start, and beside it. */
const MOST_TIMES = 1.5
const MOST_MS = 200

export async function slurmFirstLine(): Promise<Row[]> {
  const found = findSlurm()
  if ('why' in found) throw new Error(found.why)
  const options = await found.begin()
  const folder = mkdtempSync(join(tmpdir(), 'suan-bench-slurm-'))
  // The jobs' user must come through.
  chmodSync(folder, 0o711)
  try {
    return [
      ...(await compare(join(folder, 'plain'), { ...options, runtime: null }, PLAIN)),
      ...(await inContainers(join(folder, 'contained'), options)),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await found.end()
  }
}

/** One way of running a program, ours and the bare engine's. */
interface Way {
  readonly name: string
  readonly bare: string
  readonly image: string | null
  readonly command: string[]
  /** what a bare job is told to do, its folder first; it prints a line */
  readonly script: (place: string) => string
}

const PLAIN: Way = {
  name: 'from startWorkload to the first line',
  bare: 'bare job: sbatch to the first byte',
  image: null,
  command: ['sh', '-c', 'echo line'],
  script: () => 'echo line',
}

/** The same image by the same runc, as somebody would start it in a job of their own. */
async function inContainers(folder: string, options: SlurmOptions): Promise<Row[]> {
  const runtime = options.runtime ?? runcOfNode()
  if (runtime === null) return []
  const images = join(folder, 'images')
  mkdirSync(images, { recursive: true, mode: 0o755 })
  writeFileSync(join(images, 'sample.tar'), savedImage(sampleImage(), SAMPLE_NAME))
  const contained = { ...options, runtime, images }
  await slurmDriver(join(folder, 'leases'), contained).fetchImage(SAMPLE_NAME, () => {})
  const unpacked = join(images, 'unpacked')
  const root = join(unpacked, readdirSync(unpacked)[0] ?? '', 'root')
  const command = ['/sh', '-c', 'echo line']
  return compare(folder, contained, {
    name: 'the same of an image, in a container',
    bare: 'bare job with runc: sbatch to the first byte',
    image: SAMPLE_NAME,
    command,
    script: (place) => {
      const owner = { uid: idOf('-u', options.user), gid: idOf('-g', options.user) }
      // Written by runc itself, for the user who will run it.
      execFileSync(runtime, ['spec', '--rootless'], { cwd: place, ...owner })
      const file = join(place, 'config.json')
      const spec = JSON.parse(readFileSync(file, 'utf8')) as Spec
      const process = { ...spec.process, terminal: false, args: command }
      const whole = { ...spec, process, root: { path: root, readonly: true } }
      writeFileSync(file, JSON.stringify(whole))
      return `${runtime} --root ${place}/state run --bundle ${place} bare`
    },
  })
}

interface Spec {
  readonly process: Readonly<Record<string, unknown>>
}

async function compare(folder: string, options: SlurmOptions, way: Way): Promise<Row[]> {
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  const driver = slurmDriver(join(folder, 'leases'), options)
  const opening = performance.now()
  const allocation = await open(driver, join(folder, 'leases', '1'))
  const openMs = performance.now() - opening
  const own: number[] = []
  const bare: number[] = []
  // Interleaved; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const bareMs = await bareJob(join(folder, `bare-${round}`), options, way)
    const ownMs = await workload(driver, allocation, round + 1, way)
    if (round === 0) continue
    own.push(ownMs)
    bare.push(bareMs)
  }
  await driver.closeAllocation(allocation)
  const target = { must: median(bare) * MOST_TIMES + MOST_MS, better: 'low' } as const
  const peer = [way.bare, median(bare)] as const
  return [
    row('slurm-first-line', way.name, median(own), 'ms', peer, target),
    ...(way === PLAIN ? [row('slurm-first-line', 'opening an allocation', openMs, 'ms')] : []),
  ]
}

async function open(driver: Driver, folder: string): Promise<Allocation> {
  const resources = { cores: 1, memoryMib: 256, diskMib: 16, cards: 0 }
  const allocation = await driver.openAllocation({ lease: 1, resources, folder })
  setFunding(allocation.folder, monotonicMs(), 3_600)
  return allocation
}

async function workload(
  driver: Driver,
  allocation: Allocation,
  id: number,
  { command, image }: Way,
): Promise<number> {
  const folder = join(allocation.folder, 'workloads', String(id))
  mkdirSync(join(folder, 'inputs'), { recursive: true })
  const nothing = { environment: [], workingDirectory: null, inputs: [], outputPath: null }
  const spec = { ...nothing, command, image }
  const from = performance.now()
  const handle = await startWorkload(driver, allocation, { workload: id, spec, folder })
  while (decodeFrames(handle.log(0, 65_536)).frames.length === 0) await sleep(LOOK_MS)
  const tookMs = performance.now() - from
  // The next job of the account must not wait for this one.
  while (handle.exit() === null) await sleep(LOOK_MS)
  return tookMs
}

/** The cluster's own command, for the same user, in an account that has no reservation. */
async function bareJob(place: string, options: SlurmOptions, way: Way): Promise<number> {
  mkdirSync(place)
  chmodSync(place, 0o777)
  const output = join(place, 'out')
  const script = way.script(place)
  const user = ['--uid', options.user, '--gid', String(idOf('-g', options.user))]
  const words = [...user, '-p', options.partition, '-n', '1', '--mem', '256', '-D', place]
  const from = performance.now()
  execFileSync('sbatch', [...words, '-o', output, '--wrap', script], {
    env: { PATH: process.env['PATH'] ?? '', SLURM_CONF: options.confFile },
    stdio: 'ignore',
  })
  while ((statSync(output, { throwIfNoEntry: false })?.size ?? 0) === 0) await sleep(LOOK_MS)
  const tookMs = performance.now() - from
  await sleep(500)
  return tookMs
}

function idOf(what: '-u' | '-g', user: string): number {
  return Number(execFileSync('id', [what, user], { encoding: 'utf8' }))
}
