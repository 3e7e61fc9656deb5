// A server whose first commit waits for a standby of the database that is not there.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureBuilt } from '../tools/built.ts'
import { freePort } from '../tools/free-port.ts'
import { PostgresServer } from '../tools/postgres-pair.ts'
import { Machine } from './two-servers.ts'

let root: string
let primary: PostgresServer
let machine: Machine
beforeEach(async () => {
  ensureBuilt()
  root = await mkdtemp(join(tmpdir(), 'suan-waiting-'))
  primary = await PostgresServer.primary('')
  machine = new Machine(join(root, 'one'), await freePort(), primary.url)
})
afterEach(async () => {
  await machine?.kill()
  await primary?.stop()
  await rm(root, { recursive: true, force: true })
})

test('waits for it, can be stopped meanwhile, and goes on when it is started again', async () => {
  const first = machine.start('--journal-alone')
  await first.printed(/Ctrl-C stops it/, 60_000)
  first.signal('SIGINT')
  expect(await first.ended(60_000)).toBe(0)

  await primary.set('synchronous_standby_names', 'nobody')
  const second = machine.start()
  const waits = `select 1 from pg_stat_activity where wait_event = 'SyncRep'`
  for (let tries = 0; (await primary.query(waits)).length === 0; tries++) {
    expect(tries).toBeLessThan(600)
    await sleep(100)
  }
  second.signal('SIGINT')
  expect(await second.ended(30_000)).toBe(0)

  await primary.set('synchronous_standby_names', '')
  const third = machine.start('--journal-alone')
  await third.printed(/Ctrl-C stops it/, 60_000)
})
