import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Fault } from '../../src/messages/index.ts'
import {
  PostgresHome,
  startReadModels,
  workerWriter,
  type ReadModelService,
} from '../../src/projections/index.ts'
import { factsOf, readModelsContract, WAIT_MS } from '../contracts/read-models.contract.ts'
import { ensureBuilt } from '../tools/built.ts'
import { EventSourceOf } from '../tools/event-source.ts'
import { EventStream } from '../tools/event-stream.ts'
import { startPostgres, type TestPostgres } from '../tools/postgres.ts'

let postgres: TestPostgres
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

let models: ReadModelService
readModelsContract({
  name: 'PostgreSQL',
  async start(source) {
    const home = new PostgresHome({ url: postgres.url })
    models = startReadModels({ source, home, patienceMs: WAIT_MS })
    return models
  },
  stop: () => models.close(),
})

let written: ReadModelService
readModelsContract({
  name: 'PostgreSQL, written by a worker',
  async start(source) {
    ensureBuilt()
    const home = new PostgresHome({ url: postgres.url, schema: 'by_worker', writer: workerWriter })
    written = startReadModels({ source, home, patienceMs: WAIT_MS })
    return written
  },
  stop: () => written.close(),
})

const PAGE = { limit: 3, before: null, afterSeq: null, instrument: 1 }

test('a restart goes on; another history, or another version of the tables, begins anew', async () => {
  const schema = 'restarts'
  const source = new EventSourceOf()
  source.append(new EventStream(1).take(200))
  const start = async (of: EventSourceOf) => {
    const home = new PostgresHome({ url: postgres.url, schema })
    const started = startReadModels({ source: of, home, patienceMs: WAIT_MS })
    expect(await started.waitFor(of.durableSeq(), 60_000)).toBe(true)
    return started
  }
  await (await start(source)).close()
  const mark = 'create table restarts.mark ()'
  const marked = async () =>
    (await query("select to_regclass('restarts.mark') as mark")).rows[0]?.mark !== null
  await query(mark)
  await (await start(source)).close()
  expect(await marked()).toBe(true)

  const other = new EventSourceOf()
  other.append(new EventStream(2).take(200))
  const second = await start(other)
  expect(await second.compare(factsOf(other))).toEqual([])
  await second.close()
  expect(await marked()).toBe(false)

  await query(mark)
  await query("comment on table restarts.progress is 'older'")
  await (await start(other)).close()
  expect(await marked()).toBe(false)
})

test('a server that drops every connection is used again; meanwhile questions are refused', async () => {
  const source = new EventSourceOf()
  const stream = new EventStream(1)
  source.append(stream.take(100))
  const faults: unknown[] = []
  const home = new PostgresHome({ url: postgres.url, schema: 'dropped' })
  const dropped = startReadModels({
    source,
    home,
    patienceMs: 60_000,
    onFault: (fault) => faults.push(fault),
  })
  expect(await dropped.waitFor(100, 60_000)).toBe(true)
  const answers = Array.from({ length: 50 }, () => dropped.trades(PAGE).catch((e: unknown) => e))
  await query(
    'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null',
  )
  source.append(stream.take(100))
  const refused = (await Promise.all(answers)).filter((answer) => !Array.isArray(answer))
  expect(refused.filter((fault) => (fault as Fault).code !== 'REBUILDING')).toEqual([])
  expect(await dropped.waitFor(200, 60_000)).toBe(true)
  expect(await dropped.trades(PAGE)).toHaveLength(3)
  expect(await dropped.compare(factsOf(source))).toEqual([])
  await dropped.close()
})

test('rows that the server refuses leave nothing of their batch, which is tried again', async () => {
  const source = new EventSourceOf()
  const stream = new EventStream(1)
  source.append(stream.take(100))
  const faults: { code?: unknown }[] = []
  const refused = startReadModels({
    source,
    home: new PostgresHome({ url: postgres.url, schema: 'refused' }),
    patienceMs: 60_000,
    onFault: (fault) => faults.push(fault as { code?: unknown }),
  })
  expect(await refused.waitFor(100, 60_000)).toBe(true)
  await query('alter table refused.orders add constraint none check (units < 0) not valid')
  source.append(stream.take(100))
  await vi.waitFor(() => expect(faults).not.toEqual([]), 60_000)
  const applied = await query('select applied_seq from refused.progress')
  expect(applied.rows).toEqual([{ applied_seq: '100' }])
  await query('alter table refused.orders drop constraint none')
  expect(await refused.waitFor(200, 60_000)).toBe(true)
  expect(new Set(faults.map(({ code }) => code))).toEqual(new Set(['23514']))
  expect(await refused.compare(factsOf(source))).toEqual([])
  await refused.close()
})

async function query(text: string) {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  const result = await client.query<Record<string, unknown>>(text)
  await client.end()
  return result
}
