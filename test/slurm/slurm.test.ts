/** What only a real Slurm can show: limits, reservations, tokens, and a lease through all of it. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  monotonicMs,
  runInside,
  setFunding,
  slurmDriver,
  startWorkload,
  type SlurmOptions,
} from '../../src/agent/index.ts'
import { DriverBench, end, killSupervisor, printed } from '../conformance/bench.ts'
import { System } from '../crash/system.ts'
import { ensureBuilt } from '../tools/built.ts'
import { findSlurm, settingsOf } from '../tools/slurm.ts'

const found = findSlurm()
const why = 'why' in found ? found.why : null
const clusters = 'why' in found ? [] : [found]
if (why !== null) console.log(`Slurm is left out on this machine: ${why}`)

test('on the machines of continuous integration there is a Slurm', () => {
  expect(process.env['CI'] === 'true' ? why : null).toBeNull()
})

describe.each(clusters)('with $version', (cluster) => {
  let options: SlurmOptions
  let bench: DriverBench
  const ask = (program: string, ...words: readonly string[]): string =>
    execFileSync(program, words, {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', SLURM_CONF: options.confFile, TZ: 'UTC' },
    })
  const jobs = (account: string): string[] =>
    ask('squeue', '-h', '-A', account, '-o', '%T %r').trim().split('\n').sort()
  const accountOf = (): string => {
    const { handle } = bench.allocation
    return handle.kind === 'account' ? handle.account : ''
  }

  beforeAll(async () => {
    ensureBuilt()
    options = await cluster.begin()
    bench = new DriverBench(async (folder) => slurmDriver(folder, options))
    await bench.begin()
  })
  afterAll(async () => {
    await bench.end()
    await cluster.end()
  })

  test('an account holds what was bought: its second program waits for the first', async () => {
    const account = accountOf()
    expect(
      ask('sacctmgr', '-nP', 'list', 'assoc', `account=${account}`, 'format=user,grptres'),
    ).toMatch(/^\|cpu=1,mem=128M$/m)
    const first = await bench.start({ command: ['sh', '-c', 'echo 1; sleep 3'] })
    await printed(first, '1')
    const second = await bench.start({ command: ['sh', '-c', 'echo 2'] })
    while (!jobs(account).some((each) => /^PENDING AssocGrp(Cpu|Mem)/.test(each))) await sleep(50)
    expect(jobs(account)).toContain('RUNNING None')
    for (const each of [first, second])
      expect(await end(each)).toMatchObject({ end: 'EXITED', exitCode: 0 })
  })

  test('one that has just begun after a long wait is asked to end, not cancelled as one that waits', async () => {
    const first = await bench.start({ command: ['sh', '-c', 'echo 1; sleep 20'] })
    await printed(first, '1')
    const script = 'trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.05; done'
    const second = await bench.start({ command: ['sh', '-c', script] })
    expect(await end(first)).toMatchObject({ exitCode: 0 })
    await printed(second, 'up')
    second.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 10 })
    expect(await end(second)).toMatchObject({ exitCode: 3, stdout: 'up\nbye\n' })
  })

  test('its cores are kept free, and for longer as more is paid', async () => {
    const account = accountOf()
    const show = (): string => ask('scontrol', '-o', 'show', 'reservation', account)
    expect(show()).toMatch(new RegExp(`Accounts=${account} .*State=ACTIVE`))
    await bench.driver.extend?.(bench.allocation, 7_200)
    const until = Date.parse(`${/EndTime=(\S+)/.exec(show())?.[1] ?? ''}Z`)
    expect(until - Date.now()).toBeGreaterThan(7_200_000)
  })

  test('a whole node is one allocation, and no other job runs beside it', async () => {
    await bench.closeAll()
    const whole = new DriverBench(async (folder) =>
      slurmDriver(folder, { ...options, exclusive: true }),
    )
    await whole.begin()
    expect(whole.driver.isolation).toBe('node')
    const handle = await whole.start({ command: ['sh', '-c', 'echo up; nproc'] })
    expect(await end(handle)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^up\n/) as string,
    })
    await expect(bench.open()).rejects.toThrow(/reservation/)
    // A daemon that starts again finds its node sold out, by itself.
    expect(await whole.driver.probe()).toMatchObject({ present: true })
    await whole.end()
    await bench.open()
  })

  test('what the node has no room for is refused and leaves nothing', async () => {
    const before = ask('sacctmgr', '-nP', 'list', 'account', 'format=account')
    const resources = { cores: 64, memoryMib: 128, diskMib: 16, cards: 0 }
    const request = { lease: 77, resources, folder: join(bench.folder, '77') }
    await expect(bench.driver.openAllocation(request)).rejects.toThrow(/reservation/)
    expect(ask('sacctmgr', '-nP', 'list', 'account', 'format=account')).toBe(before)
  })

  test('Slurm’s own end of a job follows what is paid', async () => {
    const { folder } = bench.allocation
    const handle = await bench.start({ command: ['sh', '-c', 'echo up; sleep 300'] })
    await printed(handle, 'up')
    const [job = ''] = ask('squeue', '-h', '-A', accountOf(), '-o', '%A').trim().split('\n')
    const minutes = (): number => {
      const text = ask('scontrol', '-o', 'show', 'job', job)
      const [from, to] = [/StartTime=(\S+)/, /EndTime=(\S+)/].map((each) =>
        Date.parse(`${each.exec(text)?.[1] ?? ''}Z`),
      )
      return ((to ?? 0) - (from ?? 0)) / 60_000
    }
    setFunding(folder, monotonicMs(), 600)
    while (minutes() > 12) await sleep(100)
    setFunding(folder, monotonicMs(), 1_200)
    while (minutes() < 20) await sleep(100)
    setFunding(folder, monotonicMs(), 3_600)
    handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 0 })
    expect(await end(handle)).toMatchObject({ end: 'STOPPED_BY_BUYER' })
  })

  test('a job that somebody cancels or asks to run again says so, and never runs twice', async () => {
    const script = 'echo x >> runs; echo up; sleep 300'
    const handle = await bench.start({ command: ['sh', '-c', script] })
    await printed(handle, 'up')
    const [job = ''] = ask('squeue', '-h', '-A', accountOf(), '-o', '%A').trim().split('\n')
    expect(() => ask('scontrol', 'requeue', job)).toThrow(/disabled/)
    ask('scancel', '--full', job)
    expect(await end(handle)).toMatchObject({ end: 'EVICTED', detail: 'Slurm: CANCELLED' })
    expect(readFileSync(join(handle.folder, 'work', 'runs'), 'utf8')).toBe('x\n')
  })

  test('programs beside a plain job see the node, and its ports are the node’s', async () => {
    expect(bench.driver).toMatchObject({ isolation: 'none', capabilities: { images: false } })
    const handle = await bench.start({ command: ['sh', '-c', 'echo mine > mark; sleep 60'] })
    const workload = Number(handle.folder.split('/').at(-1))
    while (!existsSync(join(handle.folder, 'work', 'mark'))) await sleep(50)
    const script = 'cat mark; exit 7'
    const command = ['sh', '-c', script]
    const session = await bench.driver.exec?.(bench.allocation, workload, command, null)
    session?.input.end()
    let text = ''
    for await (const bytes of session?.output ?? []) text += String(bytes)
    expect([text, await session?.ended]).toEqual(['mine\n', 7])
    const port = createServer((socket) => socket.end('here'))
    await new Promise<void>((resolve) => port.listen(0, '127.0.0.1', resolve))
    const { port: number } = port.address() as AddressInfo
    const socket = await bench.driver.dial?.(bench.allocation, workload, number)
    let heard = ''
    for await (const bytes of socket ?? []) {
      heard += String(bytes)
      if (heard.length >= 'here'.length) break
    }
    expect(heard).toBe('here')
    port.close()
    handle.stop({ end: 'STOPPED_BY_BUYER', graceSeconds: 0 })
    await end(handle)
  })

  test('a proof that a killed daemon left running does not stand in the way of the next', async () => {
    const folder = join(bench.allocation.folder, 'workloads', '0')
    const spec = { command: ['sleep', '300'], environment: [], image: null }
    const whole = { ...spec, workingDirectory: null, inputs: [], outputPath: null }
    const task = { workload: 0, spec: whole, folder }
    const left = await startWorkload(bench.driver, bench.allocation, task)
    while (!jobs(accountOf()).includes('RUNNING None')) await sleep(50)
    await killSupervisor(left)
    expect(await runInside(bench.driver, bench.allocation, ['echo', 'abc'])).toMatchObject({
      exitCode: 0,
      stdout: 'abc\n',
    })
  })

  test('a node that is not there is told apart, with those that are', async () => {
    const nowhere = slurmDriver(bench.folder, { ...options, node: 'n77' })
    expect(await nowhere.probe()).toMatchObject({
      present: false,
      why: expect.stringMatching(/^SLURM_NODE .*n77 names /) as string,
    })
  })

  test('a wrong key or a token that is over is refused, by Slurm and before it', async () => {
    const keyFile = join(bench.folder, 'wrong-key')
    writeFileSync(keyFile, 'x'.repeat(32))
    const wrong = slurmDriver(bench.folder, { ...options, keyFile })
    expect(await wrong.probe()).toMatchObject({ present: false })
    const tokenFile = join(bench.folder, 'old-token')
    const body = Buffer.from(JSON.stringify({ exp: 1, sun: options.user })).toString('base64url')
    writeFileSync(tokenFile, `SLURM_JWT=e30.${body}.x`)
    const over = slurmDriver(bench.folder, { ...options, keyFile: null, tokenFile })
    expect(await over.probe()).toMatchObject({
      present: false,
      why: expect.stringMatching(/SLURM_TOKEN.*over/) as string,
    })
  })

  test('a lease is sold, runs through a restart of the daemon, and is billed', async () => {
    await bench.closeAll()
    const root = mkdtempSync(join(tmpdir(), 'suan-slurm-'))
    // The jobs' user must reach the daemon's folder.
    chmodSync(root, 0o711)
    const env = { ...settingsOf(options), SUAN_DRIVER: 'slurm' }
    const system = await System.at(root, { provider: false, env })
    try {
      system.startServer()
      await system.serverReady()
      await system.startSeller()
      const words = [
        '--cpu',
        '1',
        '--memory',
        '128MiB',
        '--max-price',
        '1.00',
        '--unisolated',
        '-y',
      ]
      const script = 'for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 1; done'
      const run = system.cli(['run', ...words, '--', 'sh', '-c', script], {
        SUAN_API_KEY: system.token('buyer'),
      })
      while (!/^RUNNING suan-\w+-\d+-1$/m.test(ask('squeue', '-h', '-o', '%T %j'))) await sleep(100)
      await system.killSeller()
      await system.startSeller()
      const output = await run
      expect(output.match(/^line \d$/gm)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((i) => `line ${i}`))
      expect(output).toMatch(/exit code 0, \d+ s on node_\d+, cost ¥0\.000\d+/)
      const format = 'JobName%40,State,ExitCode,ElapsedRaw,TotalCPU,MaxRSS,AllocTRES%40,Comment%40'
      console.log(output, ask('sacct', '-XnP', '-S', 'now-5minutes', '-o', format))
      await system.killSeller()
    } finally {
      await system.destroy()
      rmSync(root, { recursive: true, force: true })
    }
  })
})
