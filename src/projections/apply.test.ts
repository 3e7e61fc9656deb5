import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DIGEST, placed } from '../../test/tools/event-samples.ts'
import { batchOf } from '../../test/tools/event-source.ts'
import { EventStream } from '../../test/tools/event-stream.ts'
import type { EventRecord } from '../messages/index.ts'
import { applyBatch } from './apply.ts'
import { RowCache } from './row-cache.ts'
import { snake } from './columns.ts'
import { openTestDatabase, type TestDatabase } from './database-fixture.ts'
import { tables } from './tables.ts'
import { cases } from '../../test/support/cases.ts'

let database: TestDatabase
let db: TestDatabase['db']
beforeAll(async () => {
  database = await openTestDatabase()
  db = database.db
})
afterAll(() => database.close())
const empty = () => database.empty()

/** Every row of every table, in order of its key. */
async function dump(): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {}
  for (const table of Object.values(tables)) {
    const name = sql.id(snake(table.name))
    const key = sql.join(table.key.map((column) => sql.id(snake(column))))
    const { rows } = await sql`select * from ${name} order by ${key}`.execute(db)
    all[table.name] = rows
  }
  return all
}

/** Applies the records in pieces that end after the given seqs. */
async function applyInPieces(
  cache: RowCache,
  records: readonly EventRecord[],
  cuts: readonly number[],
) {
  let from = 0
  for (const cut of [...cuts, records.length]) {
    // A piece of the log may begin with what is applied already.
    await applyBatch(database, cache, from, batchOf(records.slice(Math.max(from - 3, 0), cut)))
    from = Math.max(from, cut)
  }
}

test('however a stream is cut into batches, the tables are the same', async () => {
  const stream = fc.record({
    seed: fc.nat(),
    length: fc.integer({ min: 1, max: 250 }),
    rowsMax: fc.constantFrom(0, 3, 1_000),
    cuts: fc.array(fc.integer({ min: 1, max: 250 }), { maxLength: 12 }),
  })
  const property = fc.asyncProperty(stream, async ({ seed, length, cuts, rowsMax }) => {
    const records = new EventStream(seed).take(length)
    await empty()
    await applyInPieces(new RowCache(), records, [])
    const atOnce = await dump()
    await empty()
    const sorted = [...new Set(cuts)].filter((cut) => cut < length).toSorted((a, b) => a - b)
    await applyInPieces(new RowCache(rowsMax), records, sorted)
    expect(await dump()).toEqual(atOnce)
  })
  await fc.assert(property, { numRuns: cases(5) })
}, 120_000)

test('a batch that fails leaves nothing behind', async () => {
  await empty()
  const cache = new RowCache()
  const records = new EventStream(4).take(40)
  await applyBatch(database, cache, 0, batchOf(records.slice(0, 20)))
  const before = await dump()
  const broken = records.slice(20).map((record) => ({
    ...record,
    outcome: {
      refusal: null,
      events: [
        ...record.outcome.events,
        { kind: 'LeaseReady' as const, lease: 999_999, readyAtUs: 1 },
      ],
    },
  }))
  await expect(applyBatch(database, cache, 20, batchOf(broken))).rejects.toThrow(
    'leases 999999 is not known',
  )
  expect(await dump()).toEqual(before)
})

test('any text and the largest integers pass through unharmed; the character 0 is replaced', async () => {
  await empty()
  const texts = ['', 'NULL', '{a,"b"}', 'back\\slash', '算力', "it's", ' \n\t', 'a\0b']
  const record = (seq: number, events: EventRecord['outcome']['events']): EventRecord => ({
    seq,
    timeUs: Number.MAX_SAFE_INTEGER,
    account: 1,
    key: 1,
    command: '0'.repeat(32),
    commandKind: 'PlaceOrder',
    outcome: { refusal: null, events },
  })
  const base = { account: 1, instrument: 1, side: 'buy', units: 1 } as const
  const orders = texts.map((clientOrderId, at) => placed({ ...base, order: at + 1, clientOrderId }))
  const amountMicro = -(2n ** 62n)
  const posting = { code: 2000, owner: Number.MAX_SAFE_INTEGER, asset: 'CNY', amountMicro }
  const entry = { kind: 'EntryPosted' as const, rule: 'LED-001', subject: 0, rules: 1 }
  const metrics = [{ metric: 'a\0"\\', value: 1, spreadPpm: 0 }]
  const written = batchOf([
    record(1, orders),
    record(2, [{ ...entry, postings: [posting, posting] }]),
    record(3, [{ kind: 'MemberOpened', member: 1, handle: 'x', roles: ['buyer'] }]),
    record(4, [
      {
        kind: 'NodeEvaluated',
        node: 1,
        suite: 's',
        metrics,
        provisional: true,
        digest: DIGEST,
        signature: DIGEST.repeat(2),
        measuredAtUs: 1,
        expiresAtUs: null,
      },
    ]),
  ])
  await applyBatch(database, new RowCache(), 0, written)
  const labels = await db.selectFrom('orders').select('clientOrderId').orderBy('order').execute()
  expect(labels.map((row) => row.clientOrderId)).toEqual(
    texts.map((text) => text.replace('\0', '\uFFFD')),
  )
  expect(await db.selectFrom('balances').selectAll().execute()).toEqual([
    { code: 2000, owner: Number.MAX_SAFE_INTEGER, asset: 'CNY', amountMicro: -(2n ** 63n), seq: 2 },
  ])
  const [evaluation] = await db.selectFrom('evaluations').select('metrics').execute()
  expect(evaluation?.metrics).toEqual([{ metric: 'a\uFFFD"\\', value: 1, spreadPpm: 0 }])
})
