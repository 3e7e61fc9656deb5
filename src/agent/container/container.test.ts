/** What only containers do: images, and being taken over after the supervisor's death. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DriverBench, end, printed } from '../../../test/conformance/bench.ts'
import { dockerDriver } from '../drivers/docker.ts'
import { readJson } from '../files.ts'
import { workloadPaths, type SupervisorState } from '../lease-folder.ts'
import { adopt } from '../run/launch.ts'
import type { ContainerLaunch } from '../run/plan.ts'
import { ensureBuilt } from '../../../test/tools/built.ts'
import { Engine } from './engine.ts'

const probing = mkdtempSync(join(tmpdir(), 'suan-container-'))
const probe = await (await dockerDriver(probing)).probe()
if (!probe.present) console.log(`no containers on this machine: ${probe.why}`)

describe.runIf(probe.present)('containers', () => {
  const bench = new DriverBench((folder) => dockerDriver(folder, { venue: 'test' }))
  beforeAll(async () => {
    ensureBuilt()
    await bench.begin()
  })
  afterAll(async () => {
    await bench.end()
    rmSync(probing, { recursive: true })
  })

  test('one that somebody removed is not run again', async () => {
    const { handle } = await orphan('echo 1; sleep 300')
    const { launch } = readJson(workloadPaths(handle.folder).plan) as { launch: ContainerLaunch }
    await new Engine(launch.socket).remove(launch.name)
    adopt(handle.folder)
    expect(await end(handle)).toMatchObject({
      end: 'NODE_RESTARTED',
      exitCode: null,
      stdout: '1\n',
    })
  })

  test('one can be paused by its engine, and what is so already is no error', async () => {
    const allocation = await bench.open()
    const handle = await bench.start({ command: ['sh', '-c', 'echo 1; sleep 300'] }, allocation)
    await printed(handle, '1\n')
    const { launch } = readJson(workloadPaths(handle.folder).plan) as { launch: ContainerLaunch }
    const engine = new Engine(launch.socket)
    const status = async () => (await engine.inspect(launch.name))?.State.Status
    for (let round = 0; round < 2; round++) await engine.pause(launch.name)
    expect(await status()).toBe('paused')
    for (let round = 0; round < 2; round++) await engine.unpause(launch.name)
    expect(await status()).toBe('running')
    handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 0 })
    expect(await end(handle)).toMatchObject({ end: 'STOPPED_BY_BUYER' })
    await engine.pause(launch.name)
    await engine.unpause(launch.name)
  })

  /** A program in an allocation of its own that has printed a line and lost its supervisor. */
  async function orphan(script: string) {
    const allocation = await bench.open()
    const handle = await bench.start({ command: ['sh', '-c', script] }, allocation)
    await printed(handle, '1\n')
    const state = readJson(workloadPaths(handle.folder).state) as SupervisorState
    process.kill(state.supervisor.pid, 'SIGKILL')
    while (handle.standing() !== 'orphaned') await sleep(20)
    return { handle }
  }
})
