/** Random lives of a real exchange: its events give read models that are equal to its own state. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { batchOf } from '../../test/tools/event-source.ts'
import { buy, daemon, openVenue, type Venue } from '../../test/scenarios/venue.ts'
import { Exchange } from '../exchange/index.ts'
import { encode, sha256Hex } from '../kernel/index.ts'
import { meterStatement, type EventRecord } from '../messages/index.ts'
import { applyBatch } from './apply.ts'
import { compareWith } from './compare.ts'
import { RowCache } from './row-cache.ts'
import { usage } from './reads/accounts.ts'
import { orderHistory } from './reads/market.ts'
import { openTestDatabase, type TestDatabase } from './database-fixture.ts'
import { cases } from '../../test/support/cases.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('buy' as const), units: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('bid' as const), units: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('amend' as const), units: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('offer' as const), units: fc.nat(8) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ready' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('meter' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('close' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reclaim' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('contact' as const), on: fc.boolean() }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(1, 59, 130, 700, 3_700),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
const meters = { period: 0, head: '0'.repeat(64) }

function play(v: Venue, s: Step): void {
  const { answers } = v.exchange
  const { account } = v.buyer
  const offer = { node: v.node, sku: v.sku, priceTicks: 100, untilUs: null }
  switch (s.do) {
    case 'wait':
      return void v.wait(s.seconds)
    case 'buy':
      return void v.submit(v.buyer, buy(v, { units: s.units + 1, horizonSeconds: 600 }))
    case 'bid': {
      const rests = { timeInForce: 'GTC', priceTicks: 80 + 10 * s.units } as const
      return void v.submit(v.buyer, buy(v, { units: 2, ...rests }))
    }
    case 'cancel': {
      const [open] = answers.openOrders({ account })
      return void v.submit(v.buyer, { kind: 'CancelOrder', order: open?.order ?? 0 })
    }
    case 'amend': {
      const order = answers.openOrders({ account })[0]?.order ?? 0
      const amend = { kind: 'AmendOrder', order, units: s.units + 1, priceTicks: null } as const
      return void v.submit(v.buyer, amend)
    }
    case 'offer':
      return void v.submit(v.seller, { kind: 'SetOffer', ...offer, maxUnits: s.units + 1 })
    case 'ready': {
      const waiting = answers
        .assignments({ node: v.node })
        .find(({ lease }) => lease.readyAtUs === null && lease.status !== 'closed')
      const { lease = 0 } = waiting?.lease ?? {}
      const nonce = waiting?.nonce ?? '00'.repeat(16)
      return void v.submit(daemon(v), { kind: 'ReportReady', lease, nonce })
    }
    case 'meter':
      return meter(v)
    case 'close': {
      const [open] = answers.allocations({ account, open: true })
      const allocation = open?.allocation ?? 0
      return void v.submit(v.buyer, { kind: 'CloseAllocation', allocation })
    }
    case 'reclaim': {
      const allocation = answers.soldLeases({ account: v.seller.account })[0]?.allocation ?? 0
      const reclaim = { kind: 'ReclaimAllocation', allocation, reason: 'other' } as const
      return void v.submit(v.seller, reclaim)
    }
    case 'contact':
      return void v.submit(null, { kind: 'ReportContact', node: v.node, connected: s.on })
  }
}

/** All leases are reported up to now; closed ones for the last time. */
function meter(v: Venue): void {
  const readings = v.exchange.answers.assignments({ node: v.node }).flatMap(({ lease }) => {
    if (lease.readyAtUs === null) return []
    const clock = Math.floor(((lease.closedAtUs ?? v.timeUs) - lease.readyAtUs) / 1_000_000)
    const coveredSeconds = Math.max(lease.coveredSeconds, Math.min(clock, lease.fundedSeconds))
    const used = { cpuUs: coveredSeconds * 9, memoryPeakMib: 7 }
    return [{ lease: lease.lease, coveredSeconds, ...used, final: lease.closedAtUs !== null }]
  })
  const period = meters.period + 1
  const body = { node: v.node, period, previous: meters.head, readings }
  const signature = '00'.repeat(64)
  const { refusal } = v.submit(daemon(v), { kind: 'ReportMeters', ...body, signature })
  if (refusal !== null) return
  meters.period = period
  meters.head = sha256Hex(encode(meterStatement, { venue: 'test', ...body }))
}

/** Lives through the steps; every command that the exchange executed, as its event log has it. */
function live(steps: readonly Step[]): { v: Venue; records: EventRecord[] } {
  const executed = vi.spyOn(Exchange.prototype, 'execute')
  Object.assign(meters, { period: 0, head: '0'.repeat(64) })
  const v = openVenue({ retentionSeconds: 600, depositMicro: 3_000_000n })
  for (const each of steps) play(v, each)
  const records = executed.mock.calls.map(([{ seq, timeUs, envelope }], at): EventRecord => {
    const { account, key, id, command } = envelope
    const outcome = executed.mock.results[at]?.value as EventRecord['outcome']
    return { seq, timeUs, account, key, command: id, commandKind: command.kind, outcome }
  })
  executed.mockRestore()
  return { v, records }
}

/** Open orders and all leases look as the exchange itself shows them. */
async function expectSameViews(db: TestDatabase['db'], v: Venue): Promise<void> {
  const { answers } = v.exchange
  for (const { account } of [v.buyer, v.seller]) {
    const args = { account, limit: 10_000, before: null, afterSeq: null }
    const open = await orderHistory(db, { ...args, instrument: null, open: true })
    const orders = answers.openOrders({ account }).toSorted((a, b) => b.order - a.order)
    expect(open.map((row) => row.order)).toEqual(orders.map((view) => view.order))
    for (const [at, row] of open.entries()) {
      const common = without(row, 'seq', 'key', 'endedAtUs', 'capacity')
      expect(orders[at]).toMatchObject(common)
    }
    for (const row of await usage(db, { ...args, allocation: null })) {
      // The exchange's accepted seconds run with the clock, ours are those of the last bill.
      expect(answers.lease({ lease: row.lease })).toMatchObject(without(row, 'acceptedSeconds'))
    }
  }
}

function without(row: object, ...fields: readonly string[]): object {
  return Object.fromEntries(Object.entries(row).filter(([field]) => !fields.includes(field)))
}

const met = new Set<string>()
const WANTED = ['TradeExecuted', 'OrderAmended', 'OrderEnded', 'LeaseRenewed', 'LeaseSettled']

test('the read models of any life are equal to the state of the exchange', async () => {
  const lives = fc.array(step, { minLength: 60, maxLength: 160, size: 'max' })
  const property = fc.asyncProperty(lives, fc.nat(400), async (steps, cut) => {
    const { v, records } = live(steps)
    for (const { outcome } of records) for (const { kind } of outcome.events) met.add(kind)
    const { db } = database
    await database.empty()
    const first = records.slice(0, cut)
    const cache = new RowCache()
    await applyBatch(database, cache, 0, batchOf(first))
    await applyBatch(database, cache, first.length, batchOf(records.slice(cut)))
    expect(await compareWith(db, v.exchange.audit())).toEqual([])
    await expectSameViews(db, v)
  })
  await fc.assert(property, { numRuns: cases(12), endOnFailure: true })
  expect(WANTED.filter((kind) => !met.has(kind))).toEqual([])
}, 120_000)
