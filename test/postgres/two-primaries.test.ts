// The database's primary hangs, its standby is promoted, and then the old one wakes: two take writes.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ensureBuilt } from '../tools/built.ts'
import { addressOf, PostgresServer } from '../tools/postgres-pair.ts'
import { TwoServers } from './two-servers.ts'

const END_MS = 60_000

let root: string
let primary: PostgresServer
let second: PostgresServer
let third: PostgresServer
let servers: TwoServers
beforeEach(async () => {
  ensureBuilt()
  root = await mkdtemp(join(tmpdir(), 'suan-primaries-'))
  primary = await PostgresServer.primary('second')
  second = await PostgresServer.standby(primary, 'second', 'third')
  third = await PostgresServer.standby(second, 'third', '')
  await primary.untilSynchronous()
  servers = await TwoServers.start(root, addressOf([primary, second]))
})
afterEach(async ({ task }) => {
  await servers?.destroy()
  for (const server of [third, second, primary]) await server?.stop()
  if (task.result?.state === 'fail') return console.log(`what was left lies in ${root}`)
  await rm(root, { recursive: true })
})

test('servers use the one that was promoted, before and after the other wakes', async () => {
  const [leader, standby] = servers.machines
  servers.load()
  await servers.acknowledged(1_000)
  const fault = Date.now()
  primary.signalAll('SIGSTOP')
  second.promote()
  const seconds = await servers.secondsUntilNext(fault)
  expect(await leader.server.ended(END_MS)).toBe(9)
  await standby.leads()
  primary.signalAll('SIGCONT')
  await servers.acknowledged(200)
  await leader.follow()
  const again = Date.now()
  await standby.kill()
  const back = await servers.secondsUntilNext(again)
  await servers.acknowledged(200)
  await servers.rest()
  const { count, faults } = await servers.faults(leader)
  console.log(
    `the database’s primary hangs: ${seconds} s until the next acknowledgement, ${back} s`,
  )
  console.log(`after kill -9 of the leader beside two primaries; ${count} acknowledged`)
  expect(faults).toEqual([])
  expect(await servers.fsck(leader)).toMatchObject({ problems: [], state: [] })
})
