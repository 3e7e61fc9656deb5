import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { ensureBuilt } from '../../../test/tools/built.ts'
import { processDriver } from '../drivers/process.ts'
import { loadIdentity } from '../identity.ts'
import { leasePaths } from '../lease-folder.ts'
import { FakeExchange, type FakeLease, type FakeWorkload } from './fake-exchange.ts'
import { leaseFolder } from './lease-record.ts'
import { leasesFolder, NodeAgent } from './node-agent.ts'

/** Says what it is told, each time that it is told something else. */
const PROGRAM = `echo up; last=
while :; do
  now=$(cat "$SUAN_NOTICE" 2>/dev/null) || now=nothing
  if [ "$now" != "$last" ]; then echo "$now"; last=$now; fi; sleep 0.05
done`
const NOW_US = () => Date.now() * 1_000
const MINUTE_US = 60_000_000

let folder: string
let exchange: FakeExchange
let agent: NodeAgent
let lease: FakeLease
let workload: FakeWorkload

beforeAll(ensureBuilt)
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'suan-notice-'))
  exchange = new FakeExchange(
    loadIdentity(join(folder, 'exchange')),
    loadIdentity(folder).publicKey,
  )
  lease = exchange.lease(1)
  workload = exchange.workload(lease, 11, { command: ['sh', '-c', PROGRAM] })
  await begin()
  await until(() => workload.log.stdout === 'up\nnothing\n')
})
afterEach(async () => {
  await agent.stop({ closeLeases: true })
  rmSync(folder, { recursive: true })
})

/** The daemon, or the next one after it. */
async function begin(): Promise<void> {
  const driver = await processDriver(leasesFolder(folder))
  agent = new NodeAgent({ link: exchange.link(), driver, identity: loadIdentity(folder), folder })
  await agent.start()
}
function tell(notice: FakeLease['notice']): void {
  lease.notice = notice
  exchange.publish()
}
function printed(): unknown[] {
  const lines = workload.log.stdout.split('\n').slice(1, -1)
  return lines.map((line) => (line === 'nothing' ? null : JSON.parse(line)))
}
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20)
}

test('DLV-034 a program is told at once what is due, and no more once it is put off', async () => {
  const endsAtUs = Date.parse('2100-01-01T00:00:00Z') * 1_000
  tell({ kind: 'reclaim', reason: 'RECLAIMED', fromUs: NOW_US(), endsAtUs })
  const ends_at = '2100-01-01T00:00:00.000000Z'
  await until(() => printed().length === 2)
  expect(printed()[1]).toEqual({ kind: 'reclaim', reason: 'RECLAIMED', ends_at })
  tell({ kind: 'end', reason: 'DURATION_REACHED', fromUs: NOW_US() + MINUTE_US, endsAtUs })
  await until(() => printed().length === 3)
  expect(printed()[2]).toBeNull()
})

test('DLV-034 a program is told at its time while the daemon is away, and not again by the next', async () => {
  const fromUs = NOW_US() + 3_000_000
  const notice = { kind: 'end', reason: 'FUNDING_UNCONFIRMED' } as const
  tell({ ...notice, fromUs, endsAtUs: fromUs + MINUTE_US })
  const order = leasePaths(leaseFolder(leasesFolder(folder), lease.lease)).notice
  await until(() => existsSync(order))
  await agent.stop({ closeLeases: false })
  while (NOW_US() < fromUs + 500_000) await sleep(50)
  await begin()
  await until(() => printed().length === 2)
  expect(printed()[1]).toMatchObject(notice)
})
