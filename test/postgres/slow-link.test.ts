// A journal of large rows behind a slow link: reading it takes long, and ends no leader.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openPostgresFollower, openPostgresLog } from '../../src/journal/index.ts'
import { packRecords, type CommandLog } from '../../src/messages/index.ts'
import { addressOf, PostgresServer } from '../tools/postgres-pair.ts'
import { SlowLink } from '../tools/slow-link.ts'

const MIB = 1024 * 1024
const ROWS = 6
const DATABASE = 'slow'

let primary: PostgresServer
let link: SlowLink
beforeAll(async () => {
  primary = await PostgresServer.primary('')
  await primary.query(`create database ${DATABASE}`)
  link = await SlowLink.open(primary.folder, MIB)
  const log = await lead(addressOf([primary], DATABASE))
  for (let seq = 1; seq <= ROWS; seq++) {
    await log.append(seq, packRecords([new Uint8Array(MIB).fill(seq)]))
  }
  await log.close()
})
afterAll(async () => {
  link?.close()
  await primary?.stop()
})

const logs: CommandLog[] = []
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close()
  faults.splice(0)
})

const faults: Error[] = []
function lead(address: string): Promise<CommandLog> {
  return openPostgresLog({ address, alone: true, onFault: (fault) => faults.push(fault) })
}

test('a leader that reads for longer than it may be silent goes on, and is seen to lead', async () => {
  const log = await lead(addressOf([link], DATABASE))
  logs.push(log)
  const follower = await openPostgresFollower({ address: addressOf([primary], DATABASE) })
  logs.push(follower)
  const started = Date.now()
  let rows = 0
  for await (const { records } of log.read(1)) {
    rows += records.count
    expect(await follower.refresh()).toEqual({ hasLeader: true })
  }
  expect(rows).toBe(ROWS)
  expect(Date.now() - started).toBeGreaterThan(10_000)
  expect(faults).toEqual([])
  await log.append(ROWS + 1, packRecords([new Uint8Array(1)]))
})

test('a reader has a row as soon as it is there, however large those after it are', async () => {
  const follower = await openPostgresFollower({
    address: addressOf([link], DATABASE),
    everything: true,
  })
  logs.push(follower)
  const before = link.passed
  for await (const { firstSeq } of follower.read(1)) {
    // The driver has bytes as hex digits.
    expect(link.passed - before).toBeLessThan(firstSeq * 2.1 * MIB)
    if (firstSeq === 3) break
  }
})
