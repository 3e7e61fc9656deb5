import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../../../test/tools/built.ts'
import { sha256Hex } from '../../kernel/index.ts'
import { NO_CGROUPS, type CgroupHost } from '../cgroup/find.ts'
import { readJson } from '../files.ts'
import { leasePaths } from '../lease-folder.ts'
import { EngineError } from '../container/engine.ts'
import type { Driver } from '../drivers/driver.ts'
import { processDriver } from '../drivers/process.ts'
import { loadIdentity } from '../identity.ts'
import type { ExchangeLink } from '../link.ts'
import { decodeFrames } from '../run/log-file.ts'
import { isRunning, nameProcess, signalProcess, type ProcessName } from '../proc/table.ts'
import { FakeExchange } from './fake-exchange.ts'
import { ENDED } from './outcome.ts'
import { leasesFolder, NodeAgent } from './node-agent.ts'

let folder: string
let exchange: FakeExchange
let agent: NodeAgent
let notes: string[]

beforeAll(ensureBuilt)
beforeEach(async () => {
  notes = []
  folder = mkdtempSync(join(tmpdir(), 'suan-agent-'))
  const node = loadIdentity(join(folder, 'node'))
  exchange = new FakeExchange(loadIdentity(join(folder, 'exchange')), node.publicKey)
  agent = await newAgent()
})
afterEach(async () => {
  exchange.away = false
  for (const lease of exchange.leases.values()) lease.status = 'closed'
  await agent.stop({ closeLeases: false })
  const last = await newAgent()
  exchange.leases.clear()
  await last.start()
  await until(() => last.leases.length === 0)
  await last.stop({ closeLeases: false })
  rmSync(folder, { recursive: true })
})

async function newAgent(
  link: ExchangeLink = exchange.link(),
  host?: CgroupHost,
  change: (driver: Driver) => Driver = (driver) => driver,
): Promise<NodeAgent> {
  const data = join(folder, 'node')
  return new NodeAgent({
    link,
    driver: change(await processDriver(leasesFolder(data), host)),
    identity: loadIdentity(data),
    folder: data,
    note: (what) => notes.push(what),
  })
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20)
}

/** Nothing is assigned any more. */
async function endAll(): Promise<void> {
  exchange.leases.clear()
  exchange.publish()
  await until(() => agent.leases.length === 0)
}

const shell = (script: string) => ({ command: ['sh', '-c', script] })

test('an engine that stays broken after readiness ends the workload, which is paid meanwhile', async () => {
  const failing = (driver: Driver): Driver => ({
    ...driver,
    prepare: async (allocation, task) => {
      // The proof of readiness ran; what was bought does not.
      if (task.workload !== 0) throw new EngineError(500, 'device or resource busy')
      return driver.prepare(allocation, task)
    },
  })
  await agent.stop({ closeLeases: false })
  agent = await newAgent(exchange.link(), undefined, failing)
  const workload = exchange.workload(exchange.lease(1), 11, shell('echo out'))
  await agent.start()
  await until(() => workload.status === 'failed')
  expect(workload.reports.at(-1)).toMatchObject({ end: 'START_FAILED', exitCode: null })
  expect(notes.filter((note) => note === 'to be tried again')).toHaveLength(9)
})

describe('a lease', () => {
  test('is opened, proven from inside, run, metered and put away', async () => {
    const lease = exchange.lease(1)
    const workload = exchange.workload(
      lease,
      11,
      // Processor time is counted in hundredths of a second: the loop takes several.
      shell(
        'echo out; echo err >&2; i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; sleep 1; exit 3',
      ),
    )
    await agent.start()
    await until(() => workload.log.stdout === 'out\n')
    expect(lease.status).toBe('delivering')
    await until(() => workload.status === 'failed')
    expect(workload.reports.map((report) => report.status)).toEqual([
      'provisioning',
      'running',
      'failed',
    ])
    const stored = workload.storedLog ?? new Uint8Array()
    expect(workload.reports.at(-1)).toMatchObject({
      exitCode: 3,
      end: 'EXITED',
      logDigest: sha256Hex(stored),
      outputDigest: null,
    })
    expect(decodeFrames(stored).frames.map((frame) => frame.stream)).toEqual(['stdout', 'stderr'])
    expect(workload.log).toEqual({ stdout: 'out\n', stderr: 'err\n' })

    exchange.close(lease)
    await until(() => exchange.leases.size === 0)
    const last = exchange.reports.at(-1)?.readings[0]
    expect(last).toMatchObject({ lease: 1, final: true })
    expect(last?.coveredSeconds).toBeGreaterThanOrEqual(1)
    expect(last?.cpuUs).toBeGreaterThan(0)
    await until(() => agent.leases.length === 0)
    expect(readdirSync(leasesFolder(join(folder, 'node')))).toEqual([])
  })

  test('tells what it uses while somebody looks, and no longer', async () => {
    const lease = exchange.lease(1)
    const workload = exchange.workload(lease, 11, shell('while :; do :; done'))
    await agent.start()
    await until(() => workload.status === 'running')
    expect(exchange.usages).toEqual([])
    exchange.watch([1, 2])
    await until(() => (exchange.usages.at(-1)?.usage.cpuUs ?? 0) > 100_000)
    expect(exchange.usages.every((one) => one.lease === 1)).toBe(true)
    exchange.watch([])
    const told = exchange.usages.length
    await sleep(1_500)
    expect(exchange.usages).toHaveLength(told)
  })

  test('whose image cannot be had is never billed, and says why', async () => {
    const lease = exchange.lease(1)
    const workload = exchange.workload(lease, 11, { image: 'localhost:1/none:1' })
    await agent.start()
    await until(() => exchange.leases.size === 0)
    expect(exchange.failures).toEqual([{ lease: 1, fault: 'provider', detail: 'IMAGE_NOT_FOUND' }])
    expect(workload.reports).toEqual([
      expect.objectContaining({ status: 'failed', end: 'IMAGE_NOT_FOUND', exitCode: null }),
    ])
    expect(exchange.reports.at(-1)?.readings[0]).toMatchObject({ coveredSeconds: 0, final: true })
  })

  test('that was closed before it was opened here gets its final reading at once', async () => {
    exchange.close(exchange.lease(1))
    await agent.start()
    await until(() => exchange.leases.size === 0)
    expect(exchange.reports[0]?.readings).toEqual([
      { lease: 1, coveredSeconds: 0, cpuUs: 0, memoryPeakMib: 0, final: true },
    ])
  })

  test('runs nothing when the funding is not signed by the exchange', async () => {
    const other = loadIdentity(join(folder, 'other'))
    const forger = new FakeExchange(other, loadIdentity(join(folder, 'node')).publicKey)
    const { publicKey } = loadIdentity(join(folder, 'exchange'))
    const link = forger.link()
    const lease = forger.lease(1)
    const workload = forger.workload(lease, 11, shell('echo out'))
    agent = await newAgent({
      ...link,
      facts: async () => ({ ...(await link.facts()), exchangePublicKey: publicKey }),
    })
    await agent.start()
    await until(() => notes.includes('funding is not signed by the exchange'))
    forger.close(lease)
    await until(() => forger.leases.size === 0)
    expect(workload.reports).toEqual([expect.objectContaining({ end: 'LEASE_CLOSED' })])
    expect(forger.reports.at(-1)?.readings[0]).toMatchObject({ coveredSeconds: 0, final: true })
  })

  test('is kept by its engine for as long as it is paid, each payment told once', async () => {
    const told: number[] = []
    let broken = true
    const calendar = (driver: Driver): Driver => ({
      ...driver,
      extend: async (_allocation, seconds) => {
        if (broken) throw new EngineError(500, 'no answer')
        told.push(seconds)
      },
    })
    await agent.stop({ closeLeases: false })
    agent = await newAgent(exchange.link(), undefined, calendar)
    const lease = exchange.lease(1)
    const workload = exchange.workload(lease, 11, shell('echo out; sleep 300'))
    await agent.start()
    // An engine that cannot does not keep the buyer from what is paid.
    await until(() => workload.log.stdout === 'out\n')
    broken = false
    await until(() => told.length > 0)
    lease.fundedSeconds = 7_200
    exchange.publish()
    await until(() => told.length > 1)
    expect(told).toHaveLength(2)
    expect(told[0]).toBeGreaterThan(3_500)
    expect(told[1]).toBeGreaterThan(7_100)
    expect(notes).toContain('allocation not extended')
  })

  test('ends by itself when its funding does, billed for exactly that long', async () => {
    const lease = exchange.lease(1, 2)
    const workload = exchange.workload(lease, 11, shell('sleep 100'))
    await agent.start()
    await until(() => exchange.leases.size === 0)
    expect(workload.reports.at(-1)).toMatchObject({ end: 'FUNDING_UNCONFIRMED' })
    expect(exchange.reports.at(-1)?.readings[0]).toMatchObject({ coveredSeconds: 2, final: true })
  })
})

describe('funded time', () => {
  test('counts from readiness, also when the word of it comes late', async () => {
    const lease = exchange.lease(1, 2)
    const workload = exchange.workload(lease, 11, shell('echo out'))
    const link = exchange.link()
    agent = await newAgent({
      ...link,
      reportReady: async (number, nonce) => {
        exchange.away = true
        setTimeout(() => (exchange.away = false), 3_000)
        await link.reportReady(number, nonce).catch(() => undefined)
        lease.status = 'delivering'
        lease.readyAtUs = Date.now() * 1_000
      },
    })
    await agent.start()
    await until(() => lease.readyAtUs !== null && !exchange.away)
    exchange.publish()
    await until(() => exchange.leases.size === 0)
    expect(workload.reports.at(-1)).toMatchObject({ end: 'FUNDING_UNCONFIRMED', exitCode: null })
    expect(workload.log.stdout).toBe('')
  })
})

describe('workloads', () => {
  test('one that ran already, of which nothing is here any more, is not run again', async () => {
    const lease = exchange.lease(1)
    Object.assign(lease, { status: 'delivering', readyAtUs: Date.now() * 1_000 })
    const workload = exchange.workload(lease, 11, shell('echo out'))
    workload.status = 'running'
    await agent.start()
    await until(() => ENDED.has(workload.status))
    expect(workload.reports.at(-1)).toMatchObject({ end: 'NODE_RESTARTED', exitCode: null })
    expect(workload.log.stdout).toBe('')
  })

  test('inputs come in, output goes out, a wrong input ends it', async () => {
    const bytes = new TextEncoder().encode('hello')
    const input = { path: 'in/a', digest: sha256Hex(bytes), sizeBytes: 5, mode: 0o644 }
    exchange.inputs.set(input.digest, bytes)
    const lease = exchange.lease(1)
    const good = exchange.workload(lease, 11, {
      ...shell('mkdir out; cp in/a out/b; ln -s /etc/passwd out/c'),
      inputs: [input],
      outputPath: 'out',
    })
    const escape = exchange.workload(lease, 12, {
      ...shell('ln -s / out'),
      outputPath: 'out/etc',
    })
    const bad = exchange.workload(lease, 13, { inputs: [{ ...input, digest: 'ab'.repeat(32) }] })
    await agent.start()
    await until(() => [good, escape, bad].every((each) => ENDED.has(each.status)))
    expect(good.reports.at(-1)).toMatchObject({ status: 'done', exitCode: 0 })
    const tar = Buffer.from(good.storedOutput ?? []).toString('latin1')
    expect(tar).toContain('hello')
    expect(tar).toContain('/etc/passwd')
    expect(tar).not.toContain('root:')
    expect(escape.reports.at(-1)).toMatchObject({ status: 'done', outputDigest: null })
    expect(bad.reports.at(-1)).toMatchObject({ status: 'failed', end: 'INPUT_UNAVAILABLE' })
  })

  test('the buyer stops one, with grace', async () => {
    const lease = exchange.lease(1)
    const workload = exchange.workload(
      lease,
      11,
      shell('trap "echo bye; exit 5" TERM; echo up; while :; do sleep 0.05; done'),
    )
    await agent.start()
    await until(() => workload.log.stdout === 'up\n')
    workload.stopRequested = 10
    exchange.publish()
    await until(() => workload.status === 'terminated')
    expect(workload.reports.at(-1)).toMatchObject({ exitCode: 5, end: 'STOPPED_BY_BUYER' })
    expect(workload.log.stdout).toBe('up\nbye\n')
  })
})

describe('the daemon', () => {
  test('leaves the house in order when it is told to close', async () => {
    const workload = exchange.workload(exchange.lease(1), 11, shell('echo up; sleep 100'))
    await agent.start()
    await until(() => workload.log.stdout === 'up\n')
    await agent.stop({ closeLeases: true })
    expect(workload.reports.at(-1)).toMatchObject({ end: 'PROVIDER_SHUTDOWN' })
    expect(exchange.leases.size).toBe(0)
    expect(existsSync(join(leasesFolder(join(folder, 'node')), '1'))).toBe(false)
  })

  test('takes over after another one: nothing is lost, run twice or counted twice', async () => {
    const lease = exchange.lease(1)
    const script = 'for i in 1 2 3 4 5 6; do echo $i; sleep 0.5; done'
    const workload = exchange.workload(lease, 11, shell(script))
    await agent.start()
    await until(() => workload.log.stdout.includes('2\n'))
    await agent.stop({ closeLeases: false })
    agent = await newAgent()
    await agent.start()
    await until(() => workload.status === 'done')
    expect(workload.log.stdout).toBe('1\n2\n3\n4\n5\n6\n')
    exchange.close(lease)
    await until(() => exchange.leases.size === 0)
    const covered = exchange.reports.at(-1)?.readings[0]?.coveredSeconds ?? 0
    expect(covered).toBeGreaterThanOrEqual(3)
    expect(covered).toBeLessThanOrEqual((Date.now() * 1_000 - (lease.readyAtUs ?? 0)) / 1_000_000)
  })

  test('ends what is not assigned any more, at the second try where one breaks off half way', async () => {
    let tries = 0
    const failing = (driver: Driver): Driver => ({
      ...driver,
      closeAllocation: async (allocation) => {
        if (++tries > 1) return driver.closeAllocation(allocation)
        rmSync(leasePaths(allocation.folder).beats, { recursive: true })
        throw new EngineError(500, 'device or resource busy')
      },
    })
    agent = await newAgent(exchange.link(), undefined, failing)
    const workload = exchange.workload(exchange.lease(1), 11, shell('echo up; sleep 100'))
    await agent.start()
    await until(() => workload.log.stdout === 'up\n')
    await endAll()
    expect(tries).toBe(2)
    expect(readdirSync(leasesFolder(join(folder, 'node')))).toEqual([])
  })

  test('ends what is not assigned any more where there are no control groups', async () => {
    agent = await newAgent(exchange.link(), NO_CGROUPS)
    const script = 'trap "" TERM; echo $$; while :; do sleep 0.1; done'
    const workload = exchange.workload(exchange.lease(1), 11, shell(script))
    await agent.start()
    await until(() => workload.log.stdout.endsWith('\n'))
    const program = nameProcess(Number(workload.log.stdout))
    await endAll()
    const lateMs = Date.now() + 50_000
    await until(() => !isRunning(program) || Date.now() > lateMs)
    expect(isRunning(program) && signalProcess(program.pid, 'SIGKILL')).toBe(false)
  })

  test('reports again what the exchange may not have heard, in one unbroken chain', async () => {
    const [one, two] = [exchange.lease(1), exchange.lease(2)]
    await agent.start()
    await until(() => one.readyAtUs !== null && two.readyAtUs !== null)
    exchange.lostAnswers = 2
    exchange.close(one)
    await until(() => exchange.leases.size === 1)
    exchange.away = true
    two.status = 'closed'
    exchange.away = false
    exchange.publish()
    await until(() => exchange.leases.size === 0)
    const finals = exchange.reports.flatMap((report) => report.readings.filter((r) => r.final))
    expect(finals.map((reading) => reading.lease)).toEqual([1, 2])
    expect(exchange.reports.map((report) => report.period)).toEqual(
      exchange.reports.map((_report, index) => index + 1),
    )
  })

  test('a workload whose supervisor was killed is ended and says so', async () => {
    const workload = exchange.workload(exchange.lease(1), 11, shell('echo up; sleep 100'))
    await agent.start()
    await until(() => workload.log.stdout === 'up\n')
    const state = join(leasesFolder(join(folder, 'node')), '1', 'workloads', '11', 'state.json')
    const { supervisor, root } = readJson(state) as {
      supervisor: ProcessName
      root: ProcessName
    }
    process.kill(supervisor.pid, 'SIGKILL')
    await until(() => workload.status === 'terminated')
    expect(workload.reports.at(-1)).toMatchObject({ end: 'NODE_RESTARTED' })
    await until(() => !isRunning(root))
  })
})
