// The journal in PostgreSQL with a synchronous standby: what is acknowledged, and what is refused.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openPostgresFollower, openPostgresLog } from '../../src/journal/index.ts'
import {
  packRecords,
  readRecords,
  type CommandLog,
  type RecordBatch,
} from '../../src/messages/index.ts'
import { commandLogContract } from '../contracts/command-log.contract.ts'
import { addressOf, PostgresServer } from '../tools/postgres-pair.ts'

let primary: PostgresServer
let standby: PostgresServer
beforeAll(async () => {
  primary = await PostgresServer.primary('standby')
  standby = await PostgresServer.standby(primary, 'standby', '')
  await primary.untilSynchronous()
})
afterAll(async () => {
  await standby?.stop()
  await primary?.stop()
})

let databases = 0
async function newAddress(): Promise<string> {
  const database = `journal_${++databases}`
  await primary.query(`create database ${database}`)
  return addressOf([standby, primary], database)
}

/** What ended each log that was opened by `lead`. */
const faults: Error[] = []
function lead(address: string, alone = false): Promise<CommandLog> {
  return openPostgresLog({ address, alone, onFault: (fault) => faults.push(fault) })
}

commandLogContract('a journal in PostgreSQL', async () => {
  const address = await newAddress()
  return { open: () => lead(address), destroy: async () => {} }
})

const logs: CommandLog[] = []
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close()
  faults.splice(0)
})
async function leading(address: string): Promise<CommandLog> {
  const log = await lead(address)
  logs.push(log)
  return log
}
const batch = (...texts: string[]): RecordBatch =>
  packRecords(texts.map((text) => Buffer.from(text)))
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: { code?: unknown }) => error.code ?? error,
  )

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 60_000; !(await what()); await sleep(50)) {
    if (Date.now() > deadline) throw new Error('waited 60 s')
  }
}

describe('the writer', () => {
  test('is one at a time, and a later epoch fences the one before', async () => {
    const address = await newAddress()
    const first = await leading(address)
    await first.append(1, batch('a'))
    expect(await codeOf(lead(address))).toBe('JOURNAL_LED')
    // The lock is a hint: another may lead although this one is at work.
    await inDatabase(address, 'update suan_journal.writer set epoch = epoch + 1')
    expect(await codeOf(first.append(2, batch('b')))).toBe('JOURNAL_FENCED')
    await until(() => faults.length > 0)
    expect(faults.map((fault) => fault.message)).toEqual(['JOURNAL_FENCED'])
  })

  test('does not know the outcome when the wait for the standby is cancelled', async () => {
    const address = await newAddress()
    const log = await leading(address)
    await log.append(1, batch('a'))
    standby.signalReceiver('SIGSTOP')
    try {
      const appending = codeOf(log.append(2, batch('b')))
      await until(cancelWaiting)
      expect(await appending).toBe('JOURNAL_UNKNOWN')
      // It is seen on this primary, and may be gone after a failover: a follower lets it be.
      const follower = await openPostgresFollower({ address })
      logs.push(follower)
      expect([follower.lastSeq, follower.writtenSeq]).toEqual([1, 2])
    } finally {
      standby.signalReceiver('SIGCONT')
    }
  })

  test('does not know the outcome when the connection is lost in the commit', async () => {
    const log = await leading(await newAddress())
    standby.signalReceiver('SIGSTOP')
    try {
      const appending = codeOf(log.append(1, batch('a')))
      await until(() => waiting('pg_terminate_backend'))
      expect(await appending).toBe('JOURNAL_UNKNOWN')
    } finally {
      standby.signalReceiver('SIGCONT')
    }
  })

  test('waits while the standby is paused, and goes on with it', async () => {
    const log = await leading(await newAddress())
    standby.signalReceiver('SIGSTOP')
    let isDone = false
    const appending = log.append(1, batch('a')).then(() => (isDone = true))
    await sleep(1_000)
    expect(isDone).toBe(false)
    const resumed = Date.now()
    standby.signalReceiver('SIGCONT')
    await appending
    console.log(`acknowledged ${Date.now() - resumed} ms after the paused standby went on`)
  })

  test.each([
    ['synchronous_standby_names', ''],
    // One of two acknowledges, and nobody knows which: the other may be promoted.
    ['synchronous_standby_names', 'ANY 1 (standby, other)'],
    ['synchronous_commit', 'local'],
    ['fsync', 'off'],
  ])('refuses %s = %j at the start, in an append and between appends', async (name, value) => {
    const address = await newAddress()
    const log = await leading(address)
    const before = await primary.query<Record<string, string>>(`show ${name}`)
    const kept = Object.values(before[0] ?? {})[0] ?? ''
    await primary.set(name, value)
    try {
      await until(
        async () => Object.values((await primary.query(`show ${name}`))[0] ?? {})[0] === value,
      )
      await expect(log.append(1, batch('a'))).rejects.toMatchObject({
        code: 'JOURNAL_UNSAFE',
        facts: { setting: name, value },
      })
      await until(() => faults.length > 0)
      expect(faults).toMatchObject([{ code: 'JOURNAL_UNSAFE' }])
      expect(await codeOf(lead(address))).toBe('JOURNAL_UNSAFE')
    } finally {
      await primary.set(name, kept)
      await primary.untilSynchronous()
    }
  })
})

test.each([
  ['every server named acknowledges', true, ['b', '"b-1"', 'ANY 1 (b)', '1(b)', 'first 2 (b , c)']],
  ['one that is named may lack a record', false, ['b, c', 'ANY 1 (b, c)', 'FIRST 2 (b, c, d)']],
  ['any server may be counted', false, ['*', '"*"', 'FIRST 1 (*)', 'ANY 2 (b, *)', '']],
])('names of standbys: %s', async (_, isSafe, forms) => {
  const address = await newAddress()
  await leading(address)
  for (const form of forms) {
    const text = `select suan_journal.all_acknowledge('${form}') as safe`
    expect([form, await inDatabase(address, text)]).toEqual([form, [{ safe: isSafe }]])
  }
})

test('one machine holds the journal when the operator says so', async () => {
  const address = await newAddress()
  await primary.set('synchronous_standby_names', '')
  try {
    await until(async () => (await codeOf(lead(address))) === 'JOURNAL_UNSAFE')
    const log = await lead(address, true)
    logs.push(log)
    await log.append(1, batch('a'))
    expect(log.lastSeq).toBe(1)
  } finally {
    await primary.set('synchronous_standby_names', 'standby')
    await primary.untilSynchronous()
  }
})

test('a follower lets through what was acknowledged before the newest append', async () => {
  const address = await newAddress()
  const follower = await openPostgresFollower({ address })
  logs.push(follower)
  expect([follower.lastSeq, follower.writtenSeq]).toEqual([0, 0])
  const log = await leading(address)
  await log.append(1, batch('a', 'b'))
  const head = log.headHash
  expect(await follower.refresh()).toEqual({ hasLeader: true })
  expect([follower.lastSeq, follower.writtenSeq]).toEqual([0, 2])
  const told = follower.changed(20_000)
  await log.append(3, batch('c'))
  await told
  await follower.refresh()
  expect([follower.lastSeq, follower.writtenSeq, follower.headHash]).toEqual([2, 3, head])
})

test('rows that were tampered with are found when they are read', async () => {
  const address = await newAddress()
  const log = await leading(address)
  await log.append(1, batch('a'))
  await log.append(2, batch('b'))
  await inDatabase(
    address,
    `update suan_journal.batch set records = set_byte(records, 4, 99) where first_seq = 2`,
  )
  await expect(async () => {
    for await (const { firstSeq } of log.read(1)) expect(firstSeq).toBeLessThan(2)
  }).rejects.toThrow('JOURNAL_CORRUPT')
})

test('JOURNAL_ADDRESS and JOURNAL_UNREACHABLE say what cannot be used', async () => {
  expect(await codeOf(lead('mysql://here'))).toBe('JOURNAL_ADDRESS')
  expect(await codeOf(lead('postgres://'))).toBe('JOURNAL_ADDRESS')
  expect(await codeOf(lead('postgresql://suan@/x?host=/nowhere'))).toBe('JOURNAL_UNREACHABLE')
  expect(await codeOf(lead(standby.url))).toBe('JOURNAL_UNREACHABLE')
})

// The last one: it ends the primary of all the others.
test('a record that only the lost primary had was applied by nobody, and another takes its seq', async () => {
  const address = await newAddress()
  const log = await lead(address)
  await log.append(1, batch('a'))
  const follower = await openPostgresFollower({ address })
  logs.push(follower)
  await standby.kill()
  const appending = codeOf(log.append(2, batch('known to the primary alone')))
  await until(cancelWaiting)
  expect(await appending).toBe('JOURNAL_UNKNOWN')
  await follower.refresh()
  expect([follower.lastSeq, follower.writtenSeq]).toEqual([1, 2])
  await primary.kill()
  await standby.start()
  standby.promote()
  const next = await lead(address, true)
  logs.push(next)
  expect(next.lastSeq).toBe(1)
  await next.append(2, batch('b'))
  await next.append(3, batch('c'))
  await until(async () => (await codeOf(follower.refresh())) === 'done')
  const seen: string[] = []
  for await (const { bytes } of readRecords(follower, 1)) seen.push(String(bytes))
  expect(seen).toEqual(['a', 'b'])
})

/** Rows that the database of `address` answers on the first primary. */
async function inDatabase(address: string, text: string): Promise<unknown[]> {
  const [, database = ''] = /\/(\w+)\?/.exec(address) ?? []
  const client = new pg.Client({ connectionString: addressOf([primary], database) })
  await client.connect()
  const { rows } = await client.query<Record<string, unknown>>(text)
  await client.end()
  return rows
}

const cancelWaiting = (): Promise<boolean> => waiting('pg_cancel_backend')
async function waiting(call: string): Promise<boolean> {
  const found = await primary.query(
    `select ${call}(pid) from pg_stat_activity where wait_event = 'SyncRep'`,
  )
  return found.length > 0
}
