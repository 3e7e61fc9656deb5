/** What only containers do: images, and being taken over after the supervisor's death. */
import { execFileSync } from 'node:child_process'
import {
  createReadStream,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DriverBench, end, printed } from '../../../test/conformance/bench.ts'
import { dockerDriver } from '../drivers/docker.ts'
import { readJson } from '../files.ts'
import { engineSockets } from '../inspect/engines.ts'
import { TarWriter } from '../pack.ts'
import { workloadPaths, type SupervisorState } from '../lease-folder.ts'
import { adopt } from '../run/launch.ts'
import type { ContainerLaunch } from '../run/plan.ts'
import { ensureBuilt } from '../../../test/tools/built.ts'
import { writeArchive } from './base-image.ts'
import { Engine } from './engine.ts'

const NAME = 'localhost/suan-test:1'
const probing = mkdtempSync(join(tmpdir(), 'suan-container-'))
const probe = await (await dockerDriver(probing)).probe()
if (!probe.present) console.log(`no containers on this machine: ${probe.why}`)

describe.runIf(probe.present)('containers', () => {
  const bench = new DriverBench((folder) => dockerDriver(folder, { venue: 'test' }))
  beforeAll(async () => {
    ensureBuilt()
    await bench.begin()
    await loadImage()
  })
  afterAll(async () => {
    await bench.end()
    rmSync(probing, { recursive: true })
  })

  test('an image that is nowhere is IMAGE_NOT_FOUND', async () => {
    const image = 'localhost:1/suan/none:1'
    await expect(bench.start({ image })).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' })
  })

  test('a program of an image sees the files of that image and its own folder', async () => {
    const command = ['/sh', '-c', 'echo "$HOME $0 $1"; echo x > /work/x; echo x > /y; :', 'a b']
    const result = await end(await bench.start({ image: NAME, command }))
    expect(result).toMatchObject({ end: 'EXITED', exitCode: 0, stdout: '/work a b \n' })
    expect(result.stderr).toContain('/y')
    const none = await end(await bench.start({ image: NAME, command: ['/bin/ls'] }))
    expect(none.exitCode).not.toBe(0)
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

/** An image with nothing but a shell and the libraries it needs, all from this machine. */
async function loadImage(): Promise<void> {
  const socket = engineSockets().find((path) => statSync(path, { throwIfNoEntry: false }))
  const engine = new Engine(socket ?? '')
  const libraries = execFileSync('ldd', ['/bin/sh'], { encoding: 'utf8' }).match(/\/\S+/g) ?? []
  const layer = join(probing, 'layer.tar')
  const tar = new TarWriter(layer, 1 << 26)
  for (const [name, from] of [
    ['sh', '/bin/sh'],
    ...libraries.map((path) => [path.slice(1), path]),
  ]) {
    const path = realpathSync(from ?? '')
    const { size } = statSync(path)
    tar.header('file', name ?? '', 0o755, size)
    tar.file(path, size)
  }
  for (const folder of ['proc/', 'dev/', 'sys/', 'etc/', 'work/'])
    tar.header('folder', folder, 0o755, 0)
  tar.header('folder', 'tmp/', 0o1777, 0)
  tar.end()
  tar.close()
  const archive = join(probing, 'image.tar')
  writeArchive(archive, NAME, readFileSync(layer))
  await engine.load(createReadStream(archive))
}
