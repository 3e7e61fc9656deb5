import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../../../test/tools/built.ts'
import { bootId, monotonicMs } from '../clock.ts'
import { NO_CGROUPS } from '../cgroup/find.ts'
import type { Allocation, Driver } from '../drivers/driver.ts'
import { processDriver } from '../drivers/process.ts'
import { leasePaths, readState, workloadPaths } from '../lease-folder.ts'
import { isRunning, nameProcess, signalProcess } from '../proc/table.ts'
import { prestart, standing } from './launch.ts'
import { setFunding, startWorkload } from './workload.ts'

const PROGRAM = join(import.meta.dirname, '../../../dist/agent/supervisor.js')

let leases: string
let driver: Driver
let allocation: Allocation
let folder: string

beforeAll(ensureBuilt)
beforeEach(async () => {
  leases = mkdtempSync(join(tmpdir(), 'suan-launch-'))
  driver = await processDriver(leases, NO_CGROUPS)
  const resources = { cores: 1, memoryMib: 64, diskMib: 16, cards: 0 }
  allocation = await driver.openAllocation({ lease: 1, resources, folder: join(leases, '1') })
  folder = leasePaths(allocation.folder).workload(1)
})
afterEach(() => rmSync(leases, { recursive: true }))

async function run() {
  setFunding(allocation.folder, monotonicMs(), 3_600)
  const spec = {
    command: ['sh', '-c', 'exit 3'],
    environment: [],
    image: null,
    workingDirectory: null,
    inputs: [],
    outputPath: null,
  }
  const handle = await startWorkload(driver, allocation, { workload: 1, spec, folder })
  while (handle.exit() === null) await sleep(10)
  return handle.exit()
}

const supervisor = () => readState(folder)?.supervisor ?? { pid: 0, startTicks: 1 }

test('a supervisor that writes the end and is gone, during a look, is not missed', async () => {
  const { state, exit, taken } = workloadPaths(folder)
  mkdirSync(folder, { recursive: true })
  writeFileSync(taken, '')
  // The look stops at this pipe until the supervisor, which is gone by then, has written the end.
  execFileSync('sh', ['-c', `mkfifo '${state}'`])
  const gone = { supervisor: { pid: 1 << 30, startTicks: 1 }, bootId: bootId(), root: null }
  const script = `exec 3>"${state}"; echo '{}' >"${exit}"; echo '${JSON.stringify(gone)}' >&3`
  const writer = spawn('sh', ['-c', script], { stdio: 'ignore' })
  expect(standing(folder)).toBe('ended')
  await once(writer, 'exit')
})

describe('a supervisor that is started before there is a plan', () => {
  test('waits for it, and is the one that runs it', async () => {
    prestart(folder)
    const waiting = supervisor()
    prestart(folder)
    expect(supervisor()).toEqual(waiting)
    await sleep(500)
    expect(standing(folder)).toBe('supervised')
    expect(await run()).toMatchObject({ end: 'EXITED', exitCode: 3 })
    expect(supervisor()).toEqual(waiting)
  })

  test('and killed has run nothing: another one runs the plan', async () => {
    prestart(folder)
    const waiting = supervisor()
    signalProcess(waiting.pid, 'SIGKILL')
    while (isRunning(waiting)) await sleep(10)
    expect(standing(folder)).toBe('planned')
    expect(await run()).toMatchObject({ end: 'EXITED', exitCode: 3 })
  })

  test('ends when its folder goes', async () => {
    prestart(folder)
    const waiting = supervisor()
    rmSync(folder, { recursive: true })
    while (isRunning(waiting)) await sleep(10)
    expect(isRunning(waiting)).toBe(false)
  })

  test('ends when the daemon goes that started it', async () => {
    mkdirSync(folder, { recursive: true })
    const script = `"${process.execPath}" "${PROGRAM}" "${folder}" $$ >/dev/null & echo $!; exec sleep 300`
    const daemon = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(daemon.stdout, 'data')) as [Buffer]
    const waiting = nameProcess(Number(line.toString()))
    await sleep(500)
    expect(isRunning(waiting)).toBe(true)
    daemon.kill('SIGKILL')
    while (isRunning(waiting)) await sleep(10)
    expect(isRunning(waiting)).toBe(false)
  })
})
