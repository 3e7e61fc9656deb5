/** From a workload that may start to its first line on a Slurm, beside a bare job of the same cluster. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
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
import { findSlurm } from '../../test/tools/slurm.ts'
import { median, row, type Row } from '../row.ts'

const ROUNDS = 5
const LOOK_MS = 2
const PROGRAM = ['sh', '-c', 'echo line']
/** Of the bare engine's own start, and beside it. */
const MOST_TIMES = 1.5
const MOST_MS = 200

export async function slurmFirstLine(): Promise<Row[]> {
  const found = findSlurm()
  if ('why' in found) throw new Error(found.why)
  const options = await found.begin()
  const folder = mkdtempSync(join(tmpdir(), 'suan-bench-slurm-'))
  try {
    const driver = slurmDriver(join(folder, 'leases'), options)
    const opening = performance.now()
    const allocation = await open(driver, join(folder, 'leases', '1'))
    const openMs = performance.now() - opening
    const own: number[] = []
    const bare: number[] = []
    // Interleaved; the first round only warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const bareMs = await bareJob(folder, options, round)
      const ownMs = await workload(driver, allocation, round + 1)
      if (round === 0) continue
      own.push(ownMs)
      bare.push(bareMs)
    }
    await driver.closeAllocation(allocation)
    const target = { must: median(bare) * MOST_TIMES + MOST_MS, better: 'low' } as const
    const peer = ['bare job: sbatch to the first byte', median(bare)] as const
    return [
      row(
        'slurm-first-line',
        'from startWorkload to the first line',
        median(own),
        'ms',
        peer,
        target,
      ),
      row('slurm-first-line', 'opening an allocation', openMs, 'ms'),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await found.end()
  }
}

async function open(driver: Driver, folder: string): Promise<Allocation> {
  const resources = { cores: 1, memoryMib: 256, diskMib: 16, cards: 0 }
  const allocation = await driver.openAllocation({ lease: 1, resources, folder })
  setFunding(allocation.folder, monotonicMs(), 3_600)
  return allocation
}

async function workload(driver: Driver, allocation: Allocation, id: number): Promise<number> {
  const folder = join(allocation.folder, 'workloads', String(id))
  mkdirSync(join(folder, 'inputs'), { recursive: true })
  const nothing = { environment: [], image: null, workingDirectory: null, inputs: [] }
  const spec = { ...nothing, command: PROGRAM, outputPath: null }
  const from = performance.now()
  const handle = await startWorkload(driver, allocation, { workload: id, spec, folder })
  while (decodeFrames(handle.log(0, 65_536)).frames.length === 0) await sleep(LOOK_MS)
  const tookMs = performance.now() - from
  // The next job of the account must not wait for this one.
  while (handle.exit() === null) await sleep(LOOK_MS)
  return tookMs
}

/** The cluster's own command, for the same user, in an account that has no reservation. */
async function bareJob(folder: string, options: SlurmOptions, round: number): Promise<number> {
  const place = join(folder, `bare-${round}`)
  mkdirSync(place)
  chmodSync(place, 0o777)
  const output = join(place, 'out')
  const words = ['--uid', options.user, '-p', options.partition, '-n', '1', '--mem', '256']
  const from = performance.now()
  execFileSync('sbatch', [...words, '-D', place, '-o', output, '--wrap', PROGRAM[2] ?? ''], {
    env: { PATH: process.env['PATH'] ?? '', SLURM_CONF: options.confFile },
    stdio: 'ignore',
  })
  while ((statSync(output, { throwIfNoEntry: false })?.size ?? 0) === 0) await sleep(LOOK_MS)
  const tookMs = performance.now() - from
  await sleep(500)
  return tookMs
}
