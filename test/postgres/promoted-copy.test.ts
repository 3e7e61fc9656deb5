// Another copy of the database is promoted: a follower goes over to it when it has what was followed,
// and refuses it when it lacks something.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPostgresFollower, openPostgresLog } from '../../src/journal/index.ts'
import { packRecords, type CommandLog } from '../../src/messages/index.ts'
import { addressOf, PostgresServer } from '../tools/postgres-pair.ts'

let primary: PostgresServer
/** follows, and acknowledges nothing */
let copy: PostgresServer
let address: string
const logs: CommandLog[] = []
beforeEach(async () => {
  primary = await PostgresServer.primary('')
  copy = await PostgresServer.standby(primary, 'copy', '')
  address = addressOf([primary, copy])
})
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close()
  await copy?.stop()
  await primary?.stop()
})

async function lead(): Promise<CommandLog> {
  const log = await openPostgresLog({ address, alone: true, onFault: () => {} })
  logs.push(log)
  return log
}
async function follow() {
  const follower = await openPostgresFollower({ address })
  logs.push(follower)
  return follower
}
async function append(log: CommandLog, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) await log.append(log.lastSeq + 1, packRecords([Buffer.from(text)]))
}
async function untilCopied(seq: number): Promise<void> {
  const newest = async (): Promise<number> => {
    const text = 'select max(last_seq) as seq from suan_journal.batch'
    const rows = await copy.query<{ seq: string | null }>(text).catch(() => [])
    return Number(rows[0]?.seq ?? 0)
  }
  await until(async () => (await newest()) >= seq)
}
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 60_000; !(await holds()); await sleep(20)) {
    if (Date.now() > deadline) throw new Error('waited 60 s')
  }
}

test('a copy that lacks what was followed is refused, however long it grows', async () => {
  const log = await lead()
  await append(log, 'a', 'b')
  await untilCopied(2)
  await copy.kill()
  await append(log, 'c', 'd', 'e')
  await log.close()
  const follower = await follow()
  expect(follower.lastSeq).toBe(4)
  await primary.kill()
  await copy.start()
  copy.promote()
  const forked = { code: 'JOURNAL_FORKED', retryable: false, facts: { seq: 4 } }
  await expect(follower.refresh()).rejects.toMatchObject(forked)
  await append(await lead(), 'x', 'y', 'z')
  await expect(follower.refresh()).rejects.toMatchObject(forked)
})

test('a lost connection to the same history is no trouble', async () => {
  await append(await lead(), 'a', 'b')
  const follower = await follow()
  const ended = await primary.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'suan journal'`,
  )
  expect(ended.length).toBeGreaterThan(0)
  await until(async () => (await follower.refresh().catch(() => null))?.hasLeader === false)
  await append(await lead(), 'c')
  expect(await follower.refresh()).toEqual({ hasLeader: true })
  expect(follower.lastSeq).toBe(2)
})

test('a copy that is promoted while the old primary still answers is found', async () => {
  const log = await lead()
  await append(log, 'a', 'b')
  const follower = await follow()
  await untilCopied(2)
  await log.close()
  copy.promote()
  await append(await lead(), 'c', 'd')
  // Nobody leads on the old one.
  await until(async () => (await follower.refresh()).hasLeader)
  expect([follower.lastSeq, follower.writtenSeq]).toEqual([3, 4])
})
