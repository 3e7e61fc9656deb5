import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../../../test/tools/built.ts'
import { findCgroups, NO_CGROUPS, type CgroupHost } from '../cgroup/find.ts'
import { processDriver } from '../drivers/process.ts'
import { loadIdentity } from '../identity.ts'
import { leasePaths, workloadPaths } from '../lease-folder.ts'
import { FakeExchange, type FakeLease, type FakeWorkload } from './fake-exchange.ts'
import { leaseFolder } from './lease-record.ts'
import { leasesFolder, NodeAgent } from './node-agent.ts'
import { ENDED } from './outcome.ts'

/** It counts for as long as it runs, and cleans up when it is asked to end. */
const PACE = 'trap "echo bye; exit 4" TERM; echo up; while :; do echo x >> n; sleep 0.02; done'
const LOOK_MS = 400
const here = findCgroups()
const hosts = here.writable && here.freezer !== null ? [here] : []
if (hosts.length === 0) console.log('no control groups that could be frozen on this machine')

let folder: string
let exchange: FakeExchange
let agent: NodeAgent
let lease: FakeLease
let workload: FakeWorkload

beforeAll(ensureBuilt)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suan-suspended-'))
  const { publicKey } = loadIdentity(folder)
  exchange = new FakeExchange(loadIdentity(join(folder, 'exchange')), publicKey)
  lease = exchange.lease(1)
  workload = exchange.workload(lease, 11, { command: ['sh', '-c', PACE] })
})
afterEach(async () => {
  await agent.stop({ closeLeases: true })
  rmSync(folder, { recursive: true })
})

/** The daemon, or the next one after it. */
async function begin(host: CgroupHost): Promise<void> {
  const driver = await processDriver(leasesFolder(folder), host)
  agent = new NodeAgent({ link: exchange.link(), driver, identity: loadIdentity(folder), folder })
  await agent.start()
}
async function halted(): Promise<void> {
  await until(() => workload.log.stdout === 'up\n')
  lease.suspended = true
  exchange.publish()
  await standsStill()
}
function counted(): number {
  const paths = leasePaths(leaseFolder(leasesFolder(folder), lease.lease))
  return statSync(join(workloadPaths(paths.workload(workload.workload)).work, 'n')).size
}
/** Until the program has not counted on for a while. */
async function standsStill(): Promise<void> {
  for (let before = -1; counted() !== before;) {
    before = counted()
    await sleep(LOOK_MS)
  }
}
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20)
}

describe.each(hosts)('a lease that its buyer suspended', (host) => {
  test('DLV-032 stands still over restarts of the daemon, and goes on where it was', async () => {
    await begin(host)
    expect(exchange.abilities).toEqual(['suspend'])
    await halted()
    const late = exchange.workload(lease, 12, { command: ['echo', 'late'] })
    exchange.publish()
    await agent.stop({ closeLeases: false })
    await begin(host)
    await standsStill()
    expect([workload.status, late.status]).toEqual(['running', 'queued'])
    // The proof from inside needs no program of the buyer's.
    exchange.beat([{ beat: 'b1', lease: lease.lease, nonce: 'ab'.repeat(16) }])
    await until(() => exchange.answers.get('b1') === 'ab'.repeat(16))
    await agent.stop({ closeLeases: false })
    const before = counted()
    lease.suspended = false
    await begin(host)
    await until(() => counted() > before && late.status === 'done')
    expect(exchange.minutes).toEqual([])
  })

  test('DLV-032 cleans up when it is stopped', async () => {
    await begin(host)
    await halted()
    workload.stopRequested = 10
    exchange.publish()
    await until(() => ENDED.has(workload.status))
    expect(workload.reports.at(-1)).toMatchObject({ end: 'STOPPED_BY_BUYER', exitCode: 4 })
    expect(workload.log.stdout).toBe('up\nbye\n')
  })

  test('DLV-032 cleans up when it is closed', async () => {
    await begin(host)
    await halted()
    exchange.close(lease)
    await until(() => exchange.leases.size === 0)
    expect(workload.reports.at(-1)).toMatchObject({ end: 'LEASE_CLOSED', exitCode: 4 })
  })
})

test('DLV-031 a machine that cannot halt programs says so', async () => {
  await begin(NO_CGROUPS)
  expect(exchange.abilities).toEqual([])
})
