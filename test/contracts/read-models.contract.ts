import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ChallengeRow, EventKind, EventOf, EventRecord } from '../../src/messages/index.ts'
import { CHART } from '../../src/messages/index.ts'
import type { Facts, ReadModelService } from '../../src/projections/index.ts'
import { EventSourceOf } from '../tools/event-source.ts'
import { EventStream } from '../tools/event-stream.ts'

export interface ReadModelsSubject {
  readonly name: string
  /** starts read models of the source, which hold nothing yet; may be called once */
  readonly start: (source: EventSourceOf) => Promise<ReadModelService>
  readonly stop: () => Promise<void>
}

const PAGE = { limit: 1_000, before: null, afterSeq: null }
/** Making a database takes 5 s on an idle machine, and much longer on a busy one. */
export const WAIT_MS = 120_000
vi.setConfig({ testTimeout: WAIT_MS, hookTimeout: WAIT_MS })

/** What every implementation of the ReadModels port must do, shown against a naive reading of events. */
export function readModelsContract(subject: ReadModelsSubject): void {
  describe(`read models: ${subject.name}`, () => {
    const source = new EventSourceOf()
    const stream = new EventStream(7)
    let models: ReadModelService
    beforeAll(async () => {
      source.append(stream.take(600))
      models = await subject.start(source)
      expect(await models.waitFor(600, WAIT_MS)).toBe(true)
    })
    afterAll(() => subject.stop())

    test('waits for a seq, and no longer than asked', async () => {
      expect(await models.waitFor(601, 5)).toBe(false)
      const waiting = models.waitFor(605, WAIT_MS)
      source.append(stream.take(5))
      expect(await waiting).toBe(true)
      expect(models.appliedSeq()).toBe(605)
      expect(models.rebuilding()).toBe(false)
    })

    test('order history: by account, newest first, in pages without gaps', async () => {
      const placed = of(source, 'OrderPlaced').filter(({ event }) => event.account === 10)
      const expected = placed.map(({ event }) => event.order).toReversed()
      const seen: number[] = []
      for (let before: number | null = null; ;) {
        const rows = await models.orderHistory({
          ...PAGE,
          limit: 7,
          before,
          account: 10,
          instrument: null,
          open: null,
        })
        if (rows.length === 0) break
        seen.push(...rows.map((row) => row.order))
        before = rows.at(-1)?.order ?? null
      }
      expect(seen).toEqual(expected)
    })

    test('order history: open and ended orders, one instrument, what changed after a seq', async () => {
      const filter = { ...PAGE, account: 11, instrument: 2 }
      const all = await models.orderHistory({ ...filter, open: null })
      const open = await models.orderHistory({ ...filter, open: true })
      const ended = await models.orderHistory({ ...filter, open: false })
      expect(all.every((row) => row.instrument === 2)).toBe(true)
      expect(open.length * ended.length).toBeGreaterThan(0)
      expect(open.length + ended.length).toBe(all.length)
      expect(ended.every((row) => row.endedAtUs !== null)).toBe(true)
      const late = await models.orderHistory({ ...filter, open: null, afterSeq: 300 })
      expect(late).toEqual(all.filter((row) => row.seq > 300))
    })

    test('an order has its fills, its allocations and its end', async () => {
      for (const { event } of of(source, 'OrderPlaced')) {
        const row = await models.order({ order: event.order })
        const filled = of(source, 'OrderFilled').filter((fill) => fill.event.order === event.order)
        const units = filled.reduce((sum, fill) => sum + fill.event.units, 0)
        const allocations = of(source, 'AllocationOpened')
          .filter((opened) => opened.event.order === event.order)
          .map((opened) => opened.event.allocation)
        const end = of(source, 'OrderEnded').find((ended) => ended.event.order === event.order)
        expect(row).toMatchObject({
          filledUnits: units,
          allocations,
          end: end?.event.end ?? null,
          clientOrderId: event.clientOrderId,
          priceTicks: event.priceTicks,
        })
      }
      expect(await models.order({ order: 1 })).toBeNull()
    })

    test('trades and fills: both sides, maker and taker, by order', async () => {
      const traded = of(source, 'TradeExecuted').filter(({ event }) => event.instrument === 1)
      const rows = await models.trades({ ...PAGE, instrument: 1 })
      expect(rows.map((row) => row.trade)).toEqual(traded.map((t) => t.event.trade).toReversed())
      const last = traded.at(-1)
      expect(rows[0]).toEqual({
        trade: last?.event.trade,
        seq: last?.record.seq,
        instrument: 1,
        priceTicks: last?.event.priceTicks,
        units: last?.event.units,
        takerSide: 'buy',
        timeUs: last?.record.timeUs,
      })
      const order = last?.event.sellOrder ?? 0
      const account = last?.event.sellAccount ?? 0
      const fills = await models.fills({ ...PAGE, account, instrument: null, order })
      const expected = traded.filter(({ event }) => event.sellOrder === order)
      expect(fills.map((fill) => fill.trade)).toEqual(
        expected.map(({ event }) => event.trade).toReversed(),
      )
      expect(fills.every((fill) => fill.maker && fill.side === 'sell')).toBe(true)
    })

    test.each([60, 300, 900, 3_600, 86_400])('candles of %i s', async (intervalSeconds) => {
      const expected = naiveCandles(source, intervalSeconds * 1_000_000)
      const range = { fromUs: 0, untilUs: Number.MAX_SAFE_INTEGER }
      const ask = { instrument: 1, intervalSeconds, ...range }
      expect(await models.candles({ ...ask, limit: 1_000 })).toEqual(expected)
      expect(await models.candles({ ...ask, limit: 2 })).toEqual(expected.slice(-2))
      const fromUs = expected[1]?.openUs ?? 0
      expect(await models.candles({ ...ask, fromUs, limit: 1_000 })).toEqual(
        expected.filter((bar) => bar.openUs >= fromUs),
      )
    })

    test('summary: since the middle of a minute, and of nothing', async () => {
      const trades = of(source, 'TradeExecuted').filter(({ event }) => event.instrument === 1)
      for (const { record } of trades.slice(0, 40)) {
        const sinceUs = record.timeUs
        const within = trades.filter((trade) => trade.record.timeUs >= sinceUs)
        const prices = within.map(({ event }) => event.priceTicks)
        expect(await models.summary({ instrument: 1, sinceUs })).toEqual({
          openTicks: prices[0],
          highTicks: Math.max(...prices),
          lowTicks: Math.min(...prices),
          lastTicks: prices.at(-1),
          units: within.reduce((sum, { event }) => sum + event.units, 0),
          tickUnits: within.reduce(
            (s, { event }) => s + BigInt(event.units * event.priceTicks),
            0n,
          ),
        })
      }
      const nothing = { openTicks: null, highTicks: null, lowTicks: null, lastTicks: null }
      expect(await models.summary({ instrument: 99, sinceUs: 0 })).toEqual({
        ...nothing,
        units: 0,
        tickUnits: 0n,
      })
    })

    test('ledger lines: own money and that of own leases, numbered over the whole ledger', async () => {
      const buyers = new Map(
        of(source, 'LeaseOpened').map(({ event }) => [event.lease, event.buyAccount]),
      )
      const lines = of(source, 'EntryPosted').flatMap(({ event, record }) =>
        event.postings.map((posting) => ({ ...posting, rule: event.rule, seq: record.seq })),
      )
      const expected = lines
        .map((line, at) => ({ ...line, line: at + 1 }))
        .filter(({ code, owner }) =>
          code === CHART.LEASE_ESCROW ? buyers.get(owner) === 12 : owner === 12,
        )
      const rows = await models.ledgerLines({ ...PAGE, account: 12, asset: 'CNY' })
      expect(rows).toMatchObject(expected.toReversed())
      expect(await models.ledgerLines({ ...PAGE, account: 12, asset: 'USD' })).toEqual([])
      const [first, second] = rows
      expect(
        await models.ledgerLines({
          ...PAGE,
          limit: 1,
          before: first?.line ?? 0,
          account: 12,
          asset: null,
        }),
      ).toEqual([second])
    })

    test('usage of the buyer and earnings of the seller have the last bill', async () => {
      const bought = await models.usage({ ...PAGE, account: 13, allocation: null })
      const opened = of(source, 'LeaseOpened').filter(({ event }) => event.buyAccount === 13)
      expect(bought.map((row) => row.lease)).toEqual(
        opened.map(({ event }) => event.lease).toReversed(),
      )
      for (const row of bought) {
        const bills = [...of(source, 'LeaseBilled'), ...of(source, 'LeaseSettled')]
        const mine = bills.filter(({ event }) => event.lease === row.lease)
        const billed = mine.map(({ event }) => event.billedMicro)
        expect(row.billedMicro).toBe(billed.reduce((a, b) => (a > b ? a : b), 0n))
        const sold = await models.earnings({ ...PAGE, account: row.sellAccount, node: row.node })
        expect(sold).toContainEqual(row)
      }
      const [lease] = bought
      const allocation = lease?.allocation ?? 0
      expect(await models.usage({ ...PAGE, account: 13, allocation })).toEqual([lease])
      expect(await models.earnings({ ...PAGE, account: 13, node: 99 })).toEqual([])
    })

    test('sites of an account', async () => {
      const site = { site: 1, account: 10, hub: 1, handle: 'site-1' }
      expect(await models.sites({ account: 10 })).toEqual([site])
      expect(await models.sites({ account: 11 })).toEqual([])
    })

    test('verified reports of a node, and whose report a digest is', async () => {
      const all = of(source, 'NodeAssessed')
      const last = all.at(-1)?.event
      const mine = all.filter(({ event }) => event.node === last?.node)
      const rows = await models.assessments({ ...PAGE, node: last?.node ?? 0 })
      expect(rows.map(({ seq }) => seq)).toEqual(mine.map(({ record }) => record.seq).toReversed())
      expect(rows[0]).toMatchObject({ dimensions: last?.dimensions, rated: true, reasons: [] })
      expect(await models.assessment({ digest: last?.reportDigest ?? '' })).toEqual(rows[0])
      expect(await models.assessment({ digest: '00'.repeat(32) })).toBeNull()
      expect(await models.assessments({ ...PAGE, node: 99 })).toEqual([])
    })

    test('every challenge of a node, as far as it came, in pages', async () => {
      const opened = of(source, 'ChallengeOpened').filter(({ event }) => event.node === 1)
      const expected = opened.map(({ event }) => event.challenge).toReversed()
      const seen: ChallengeRow[] = []
      for (let before: number | null = null; ; before = seen.at(-1)?.challenge ?? null) {
        const rows = await models.challenges({ ...PAGE, limit: 3, before, node: 1 })
        if (rows.length === 0) break
        seen.push(...rows)
      }
      expect(seen.map(({ challenge }) => challenge)).toEqual(expected)
      const judged = of(source, 'ChallengeClosed').map(({ event }) => event.challenge)
      for (const row of seen) {
        const isClosed = judged.includes(row.challenge)
        expect(row.step === 'closed').toBe(isClosed)
        expect(row).toMatchObject({ end: isClosed ? 'passed' : null, account: 12, lease: null })
        expect(await models.challenge(row)).toEqual(row)
      }
      expect(judged.length).toBeGreaterThan(0)
      expect(await models.challenge({ challenge: 1 })).toBeNull()
    })

    test('many questions at once while events are applied', async () => {
      const ask = { ...PAGE, account: 10, instrument: null, open: null, limit: 3 }
      const from = source.durableSeq()
      source.append(stream.take(200))
      const answers = await Promise.all(Array.from({ length: 40 }, () => models.orderHistory(ask)))
      expect(answers.every((rows) => rows.length === 3)).toBe(true)
      expect(await models.waitFor(from + 200, WAIT_MS)).toBe(true)
    })

    test('equal to the engine’s facts, and every planted difference is found', async () => {
      const facts = factsOf(source)
      expect(await models.compare(facts)).toEqual([])
      const [balance, ...balances] = facts.balances
      const [lease, ...leases] = facts.leases
      if (balance === undefined || lease === undefined) throw new Error('the stream is too short')
      const { code, owner, asset, amountMicro } = balance
      const rich = { ...balance, amountMicro: amountMicro + 1n }
      const long = { ...lease, billedMicro: -1n }
      const wrong = { balances: [rich, ...balances], leases: [long, ...leases] }
      expect(await models.compare(wrong)).toMatchObject([
        {
          what: `balance ${code}/${owner}/${asset}`,
          engine: String(rich.amountMicro),
          readModel: String(amountMicro),
        },
        { what: `lease ${lease.lease} billedMicro`, engine: '-1' },
      ])
      const unknown = await models.compare({ balances, leases: [] })
      expect(unknown[0]).toMatchObject({ engine: null, readModel: String(amountMicro) })
      expect(unknown.length).toBeGreaterThan(1)
    })

    test('a rebuild gives the same answers', async () => {
      const ask = { ...PAGE, account: 10, instrument: null, open: null }
      const before = await models.orderHistory(ask)
      const rebuilt = models.rebuild()
      expect([models.rebuildState(), models.rebuilding()]).toEqual(['running', false])
      const during = await models.orderHistory(ask)
      source.append(stream.take(50))
      await rebuilt
      expect(models.rebuildState()).toBe('done')
      expect(during).toEqual(before)
      expect(await models.waitFor(source.durableSeq(), WAIT_MS)).toBe(true)
      expect(await models.compare(factsOf(source))).toEqual([])
      const after = await models.orderHistory(ask)
      expect(after.filter((row) => row.order <= (before[0]?.order ?? 0))).toHaveLength(
        before.length,
      )
    })
  })
}

interface Found<K extends EventKind> {
  readonly event: EventOf<K>
  readonly record: EventRecord
}

/** All events of a kind, in order, with their records. */
function of<K extends EventKind>(source: EventSourceOf, kind: K): readonly Found<K>[] {
  return source.records.flatMap((record) =>
    record.outcome.events
      .filter((event): event is EventOf<K> => event.kind === kind)
      .map((event) => ({ event, record })),
  )
}

function naiveCandles(source: EventSourceOf, intervalUs: number) {
  const bars = new Map<number, Found<'TradeExecuted'>[]>()
  for (const trade of of(source, 'TradeExecuted')) {
    if (trade.event.instrument !== 1) continue
    const openUs = Math.floor(trade.record.timeUs / intervalUs) * intervalUs
    bars.set(openUs, [...(bars.get(openUs) ?? []), trade])
  }
  return [...bars].map(([openUs, trades]) => {
    const prices = trades.map(({ event }) => event.priceTicks)
    return {
      openUs,
      openTicks: prices[0],
      highTicks: Math.max(...prices),
      lowTicks: Math.min(...prices),
      closeTicks: prices.at(-1),
      units: trades.reduce((sum, { event }) => sum + event.units, 0),
      trades: trades.length,
    }
  })
}

/** What an engine would know after these events. */
export function factsOf(source: EventSourceOf): Facts {
  const balances = new Map<string, Facts['balances'][number]>()
  for (const { event } of of(source, 'EntryPosted')) {
    for (const { code, owner, asset, amountMicro } of event.postings) {
      const key = `${code}/${owner}/${asset}`
      const before = balances.get(key)?.amountMicro ?? 0n
      balances.set(key, { code, owner, asset, amountMicro: before + amountMicro })
    }
  }
  const bills = new Map<number, Facts['leases'][number]>()
  for (const { event } of of(source, 'LeaseOpened')) {
    const { lease } = event
    bills.set(lease, { lease, billedMicro: 0n, buyerFeeMicro: 0n, sellerFeeMicro: 0n })
  }
  for (const { event } of [...of(source, 'LeaseBilled'), ...of(source, 'LeaseSettled')]) {
    bills.set(event.lease, event)
  }
  return { balances: [...balances.values()], leases: [...bills.values()] }
}
