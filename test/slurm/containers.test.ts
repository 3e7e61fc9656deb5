/** Programs in containers of Slurm jobs: what only a real cluster shows beside the conformance suite. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { slurmDriver, type SlurmOptions } from '../../src/agent/index.ts'
import { DriverBench, end, printed, SAMPLE_NAME } from '../conformance/bench.ts'
import { sampleImage, savedImage } from '../conformance/sample-image.ts'
import { ensureBuilt } from '../tools/built.ts'
import { findSlurm, runcOfNode } from '../tools/slurm.ts'

const found = findSlurm()
const runtime = runcOfNode()
const clusters = 'why' in found || runtime === null ? [] : [found]
const MARK = '98764'

/** Processes of this machine, which is the node, that sleep for the marked time. */
function sleepers(): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => commandOf(pid) === `sleep\0${MARK}\0`).length
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch (error) {
    if (error instanceof Error) return ''
    throw error
  }
}

describe.each(clusters)('with $version', (cluster) => {
  let options: SlurmOptions
  let bench: DriverBench
  let images = ''
  const ask = (program: string, ...words: readonly string[]): string =>
    execFileSync(program, words, {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', SLURM_CONF: options.confFile },
    })
  const jobs = (): string[] => {
    const { handle } = bench.allocation
    const account = handle.kind === 'account' ? handle.account : ''
    return ask('squeue', '-h', '-A', account, '-o', '%A').split('\n').filter(Boolean)
  }

  beforeAll(async () => {
    ensureBuilt()
    images = mkdtempSync(join(tmpdir(), 'suan-images-'))
    writeFileSync(join(images, 'sample.tar'), savedImage(sampleImage(), SAMPLE_NAME))
    options = { ...(await cluster.begin()), runtime, images }
    bench = new DriverBench(async (folder) => slurmDriver(folder, options))
    await bench.begin()
  })
  afterAll(async () => {
    await bench.end()
    rmSync(images, { recursive: true })
    await cluster.end()
  })

  test('its isolation is by namespaces, and by the node where it has a whole one', () => {
    expect(bench.driver).toMatchObject({ isolation: 'namespaces', capabilities: { images: true } })
    const whole = slurmDriver(bench.folder, { ...options, exclusive: true })
    expect(whole.isolation).toBe('node')
  })

  test('a program is told once to end, in good time and by the one who asked', async () => {
    const count = 'n=0; trap "n=\\$((n+1)); echo told \\$n" TERM; echo up'
    const wait = 'i=0; while [ $i -lt 20 ]; do sleep 0.05; i=$((i+1)); done; exit 4'
    const handle = await bench.start({ command: ['sh', '-c', `${count}; ${wait}`] })
    await printed(handle, 'up')
    handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 20 })
    expect(await end(handle)).toMatchObject({
      end: 'STOPPED_BY_BUYER',
      exitCode: 4,
      stdout: 'up\ntold 1\n',
      stderr: '',
    })
  })

  test('what a program leaves behind ends with it, though it holds its output', async () => {
    const handle = await bench.start({
      command: ['sh', '-c', `sleep ${MARK} & setsid sleep ${MARK} & echo over; exit 3`],
    })
    expect(await end(handle)).toMatchObject({ end: 'EXITED', exitCode: 3, stdout: 'over\n' })
    expect(sleepers()).toBe(0)
  })

  test('a job that is cancelled leaves no process, no container and no control group', async () => {
    const handle = await bench.start({
      command: ['sh', '-c', `setsid sleep ${MARK} & echo up; sleep ${MARK}`],
    })
    await printed(handle, 'up')
    const [job = ''] = jobs()
    expect(sleepers()).toBe(2)
    ask('scancel', '--full', '--signal=KILL', job)
    expect(await end(handle)).toMatchObject({ exitCode: 137 })
    while (sleepers() > 0 || jobs().length > 0) await sleep(50)
    const left = execFileSync('find', ['/sys/fs/cgroup', '-name', `job_${job}`], {
      encoding: 'utf8',
    })
    expect(left).toBe('')
  })

  test('an image is unpacked once; inputs lie among its files, and output beside them', async () => {
    await bench.driver.fetchImage(SAMPLE_NAME, () => {})
    const unpacked = join(images, 'unpacked')
    const before = readdirSync(unpacked)
    const script = 'read line < /data/given; echo "$line"; echo out > /results/file'
    const handle = await bench.start({
      image: SAMPLE_NAME,
      command: ['/sh', '-c', script],
      inputs: [{ path: '/data/given', digest: '00'.repeat(32), sizeBytes: 8, mode: 0o644 }],
      outputPath: '/results',
    })
    expect(await end(handle)).toMatchObject({ exitCode: 0, stdout: 'input 0\n' })
    expect(readFileSync(join(handle.folder, 'output', 'file'), 'utf8')).toBe('out\n')
    expect(readdirSync(unpacked)).toEqual(before)
    expect(before.filter((name) => existsSync(join(unpacked, name, 'done')))).toHaveLength(1)
  })

  test('a runtime that the node has not is said at the start, in its own words', async () => {
    const nothing = slurmDriver(join(bench.folder, 'other'), { ...options, runtime: '/no/runc' })
    expect(await nothing.probe()).toMatchObject({
      present: false,
      why: expect.stringMatching(/\/no\/runc/) as string,
    })
  })
})
