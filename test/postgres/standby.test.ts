// A leader and a standby over one journal, under load: what each loss costs. Nothing acknowledged.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { snapshotInWorker } from '../../src/engine/index.ts'
import { ensureBuilt } from '../tools/built.ts'
import { addressOf, PostgresServer } from '../tools/postgres-pair.ts'
import { TwoServers, type Machine } from './two-servers.ts'

const END_MS = 60_000
const WORKER = new URL('../../dist/engine/replica-worker.js', import.meta.url)

let primary: PostgresServer
let second: PostgresServer
/** follows the second, so that it has a synchronous standby of its own once it is promoted */
let third: PostgresServer
beforeAll(async () => {
  ensureBuilt()
  primary = await PostgresServer.primary('second')
  second = await PostgresServer.standby(primary, 'second', 'third')
  third = await PostgresServer.standby(second, 'third', '')
  await primary.untilSynchronous()
})
afterAll(async () => {
  for (const server of [third, second, primary]) await server?.stop()
})

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'suan-standby-'))
})
afterEach(({ task }) => {
  if (task.result?.state === 'fail') return console.log(`what was left lies in ${root}`)
  return rm(root, { recursive: true })
})

describe('two servers under load', () => {
  let servers: TwoServers
  let leader: Machine
  let standby: Machine
  let address: string
  let databases = 0
  beforeEach(async () => {
    const database = `exchange_${++databases}`
    await primary.query(`create database ${database}`)
    address = addressOf([primary, second], database)
    servers = await TwoServers.start(root, address)
    ;[leader, standby] = servers.machines
    servers.load()
    await servers.acknowledged(1_000)
  })
  afterEach(() => servers.destroy())

  async function expectNothingLost(at: Machine, what: string, seconds: string): Promise<void> {
    await servers.acknowledged(200)
    await servers.rest()
    const { count, faults } = await servers.faults(at)
    console.log(`${what}: ${seconds} s until the next acknowledgement, ${count} acknowledged`)
    expect(faults).toEqual([])
    expect(await servers.fsck(at)).toMatchObject({ problems: [], state: [] })
  }

  test('ENG-013 kill -9 of the leader: the standby leads', async () => {
    const refused = await fetch(`http://127.0.0.1:${standby.port}/v1/status`)
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'STANDBY' }])
    const fault = Date.now()
    await leader.kill()
    const seconds = await servers.secondsUntilNext(fault)
    await standby.leads()
    await expectNothingLost(standby, 'kill -9 of the leader', seconds)
    // What was the leader follows now, and leads again when it has to.
    await leader.follow()
    servers.load()
    await servers.acknowledged(200)
    const again = Date.now()
    await standby.kill()
    await expectNothingLost(leader, 'and back', await servers.secondsUntilNext(again))
    for (const { folder } of servers.machines) {
      const made = await snapshotInWorker(folder, WORKER, address)
      expect(made?.seq).toBeGreaterThan(1_000)
    }
    expect(await servers.fsck(leader)).toMatchObject({ problems: [], state: [], snapshots: 1 })
  })

  test('a leader that hangs is replaced, and finds its epoch over when it wakes', async () => {
    const fault = Date.now()
    leader.server.signal('SIGSTOP')
    const seconds = await servers.secondsUntilNext(fault)
    const hung = leader.server
    hung.signal('SIGCONT')
    expect(await hung.ended(END_MS)).toBe(9)
    // Whichever it notices first: its sessions, its epoch, or the append that took so long.
    expect(hung.output()).toMatch(/JOURNAL_UNKNOWN|JOURNAL_FENCED|NOT_DURABLE/)
    await expectNothingLost(standby, 'SIGSTOP of the leader', seconds)
  })

  test('pg_cancel_backend during the wait for the database’s standby', async () => {
    second.signalReceiver('SIGSTOP')
    const fault = Date.now()
    try {
      const text = `select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'`
      while ((await primary.query(text)).length === 0) await sleep(20)
      expect(await leader.server.ended(END_MS)).toBe(9)
      expect(leader.server.output()).toMatch(/JOURNAL_UNKNOWN/)
    } finally {
      second.signalReceiver('SIGCONT')
    }
    const seconds = await servers.secondsUntilNext(fault)
    await expectNothingLost(standby, 'pg_cancel_backend', seconds)
  })

  test.each([3, 15])('the database’s standby pauses for %d seconds', async (pause) => {
    const fault = Date.now()
    second.signalReceiver('SIGSTOP')
    try {
      await sleep(pause * 1_000)
    } finally {
      second.signalReceiver('SIGCONT')
    }
    const seconds = await servers.secondsUntilNext(fault)
    await expectNothingLost(leader, `the database’s standby pauses for ${pause} s`, seconds)
  })

  test('kill -9 of the database’s primary, and its standby promoted', async () => {
    const fault = Date.now()
    await primary.kill()
    second.promote()
    const seconds = await servers.secondsUntilNext(fault)
    expect(await leader.server.ended(END_MS)).toBe(9)
    await standby.leads()
    await second.untilSynchronous()
    await expectNothingLost(standby, 'kill -9 of the database’s primary', seconds)
  })
})
