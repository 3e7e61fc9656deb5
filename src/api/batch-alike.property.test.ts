// A batch gives what the calls for one give: two exchanges that live through the same, one told by
// batches and one by HTTP, agree in every outcome, and each call has the same answer when it is said again.
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ApiVenue,
  SYMBOL,
  openMarket,
  openStreamOf,
  type Market,
} from '../../test/support/api-venue.ts'
import { SuanError, type Stream } from '../client/index.ts'
import { newCommandId } from '../kernel/index.ts'
import { capacityFlag, orderType, selfTrade, side, timeInForce } from '../messages/index.ts'
import {
  averagePriceText,
  idOf,
  numberOf,
  priceText,
  type BatchItem,
  type ItemOutcome,
  type Order,
  type PlaceItem,
  type PlaceOrderBody,
} from '../wire/index.ts'

const TICK_MICRO = 1_000n
const STRANGE = 99
const CORES = 64
const PARTIES = ['buyer', 'seller'] as const
type Who = (typeof PARTIES)[number]

interface Side {
  readonly venue: ApiVenue
  readonly market: Market
  readonly streams: Readonly<Record<Who, Stream>>
}

let batched: Side
let single: Side
let instrument = 0
/** of both exchanges: they count alike */
const orders: number[] = []
beforeAll(async () => {
  batched = await open()
  single = await open()
  const { id } = await batched.market.buyer.client.getInstrument({ params: { symbol: SYMBOL } })
  instrument = numberOf('instrument', id) ?? 0
})
afterAll(async () => {
  for (const { venue, market, streams } of [batched, single]) {
    for (const stream of [market.stream, ...Object.values(streams)]) stream.close()
    await venue.stop()
  }
})

async function open(): Promise<Side> {
  const venue = await ApiVenue.start()
  const market = await openMarket(venue)
  const { node, goods, buyer, seller } = market
  const none = { cores: 0, memory_mib: 0, disk_mib: 0, cards: 0 }
  await node.daemon.attestNode({
    params: { node_id: node.id },
    body: {
      attested: { ...none, cores: CORES, memory_mib: CORES * 512 },
      reserve: none,
      isolation: 'namespaces',
      inventory_digest: '00'.repeat(32),
    },
  })
  await seller.client.setOffer({
    params: { node_id: node.id, sku_id: goods.product },
    body: { price: '0.10', max_units: CORES / 2 },
  })
  const streams = {
    buyer: await openStreamOf(venue, buyer.token),
    seller: await openStreamOf(venue, seller.token),
  }
  return { venue, market, streams }
}

const mostly = <T>(weight: number, usual: fc.Arbitrary<T>, slip: fc.Arbitrary<T>) =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: slip })
const maybe = <T>(arbitrary: fc.Arbitrary<T>) =>
  mostly<T | undefined>(12, fc.constant(undefined), arbitrary)
const flag = maybe(fc.boolean())
/** whole seconds, as a text can say them */
const nowUs = Math.floor(Date.now() / 1_000) * 1_000_000

/** Mostly orders that could be, with every kind of slip among them. */
const placing = fc
  .record({
    instrument: mostly(20, fc.constant('it'), fc.constant('strange')),
    side: fc.constantFrom(...side.values),
    units: mostly(
      12,
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom(0, 1_000_000, 1_000_001, 2 ** 32 - 1),
    ),
    price_ticks: mostly(
      12,
      fc.integer({ min: 95, max: 105 }),
      fc.constantFrom(undefined, 0, 1, 9_999, 2 ** 32 - 1),
    ),
    type: maybe(fc.constantFrom(...orderType.values)),
    time_in_force: maybe(fc.constantFrom(...timeInForce.values)),
    expires_at_us: maybe(fc.constantFrom(0, nowUs - 1_000_000, nowUs + 3_600_000_000)),
    post_only: flag,
    all_or_none: flag,
    colocate: flag,
    min_units: maybe(fc.constantFrom(0, 1, 3, 2_000_000)),
    standing: flag,
    stp_mode: maybe(fc.constantFrom(...selfTrade.values)),
    horizon_seconds: maybe(fc.constantFrom(0, 60, 3_600, 2 ** 32 - 1)),
    duration_seconds: maybe(fc.constantFrom(0, 60, 7_200)),
    capacity: maybe(fc.constantFrom(...capacityFlag.values)),
    /** a sell needs one */
    node: mostly(12, fc.constant('fit'), fc.constantFrom('none', 'own', 'strange')),
    retry_ticks: maybe(fc.constantFrom(0, 50, 110)),
  })
  .map((drawn) => ({ kind: 'place' as const, drawn }))
const cancelling = fc.record({
  kind: fc.constant('cancel' as const),
  /** how many orders ago; 0 is none of them */
  back: fc.nat(8),
})
const step = fc.oneof({ weight: 3, arbitrary: placing }, { weight: 1, arbitrary: cancelling })
const turn = fc.record({
  who: fc.constantFrom(...PARTIES),
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
})

function itemsOf(
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
): BatchItem[] {
  return steps.map((each): BatchItem => {
    if (each.kind === 'cancel') return { action: 'cancel', order: orders.at(-each.back) ?? 0 }
    const { node, instrument: which, ...fields } = each.drawn
    const isSell = fields.side === 'sell'
    const given = Object.entries(fields).filter(([, value]) => value !== undefined)
    const own = batched.market.node.number
    const fit = isSell ? { node: own } : {}
    const nodes = { fit, none: {}, own: { node: own }, strange: { node: STRANGE } }
    return {
      action: 'place',
      instrument: which === 'it' ? instrument : STRANGE,
      ...nodes[node],
      ...(Object.fromEntries(given) as Pick<PlaceItem, 'side' | 'units'>),
    }
  })
}

/** The same as the body of a call. */
function bodyOf(item: PlaceItem): PlaceOrderBody {
  const { action: _place, instrument: number, price_ticks, retry_ticks, ...same } = item
  const { expires_at_us, node, command_id: _id, ...rest } = same
  const text = (ticks: number) => priceText(ticks, TICK_MICRO)
  return {
    ...rest,
    symbol: number === instrument ? SYMBOL : 'NO',
    ...(price_ticks === undefined ? {} : { price: text(price_ticks) }),
    ...(retry_ticks === undefined ? {} : { retry_price: text(retry_ticks) }),
    ...(node === undefined ? {} : { node_id: idOf('node', node) }),
    ...(expires_at_us === undefined ? {} : { expire_at: String(expires_at_us / 1_000_000) }),
  }
}

interface Told {
  readonly code: string | null
  readonly order: string | null
  readonly state?: readonly unknown[]
}

async function oneByOne(who: Who, items: readonly BatchItem[]): Promise<Told[]> {
  const { client } = single.market[who]
  const told: Told[] = []
  for (const item of items) {
    try {
      if (item.action === 'cancel') {
        const params = { order_id: idOf('order', item.order) }
        const { order_ids: ids } = await twice((key) => client.cancelOrder({ params, ...key }))
        told.push({ code: null, order: ids[0] ?? null })
      } else {
        const body = bodyOf(item)
        const { order } = await twice((key) => client.placeOrder({ body, ...key }))
        told.push({ code: null, order: order.id, state: stateOf(order) })
      }
    } catch (error) {
      if (!(error instanceof SuanError)) throw error
      told.push({ code: error.code, order: null })
    }
  }
  return told
}

/** The answer to a call. The same call again is answered from the events of the first, and so alike. */
async function twice<A>(call: (key: { idempotencyKey: string }) => Promise<A>): Promise<A> {
  const key = { idempotencyKey: newCommandId(Date.now(), randomBytes(10)) }
  const answer = await call(key)
  expect(await call(key)).toEqual(answer)
  return answer
}

function stateOf(order: Order): readonly unknown[] {
  const { status, cancel_reason: end, filled_units: filled, remaining_units: left } = order
  return [status, end, filled, left, order.average_price]
}

function toldBy(outcome: ItemOutcome, item: BatchItem): Told {
  const { code, status, end, filled_units: filled, filled_ticks: ticks } = outcome
  if (code !== null) return { code, order: null }
  const order = idOf('order', outcome.order)
  if (item.action === 'cancel') return { code, order }
  const average = averagePriceText(ticks, filled, TICK_MICRO)
  return { code, order, state: [status, end, filled, outcome.remaining_units, average] }
}

test('API-010 a batch gives what the calls for one give, code by code', async () => {
  const seen = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(turn, async ({ who, steps }) => {
      const items = itemsOf(steps)
      const outcomes = await batched.streams[who].batch(items)
      const told = outcomes.map((outcome, n) => toldBy(outcome, items[n]!))
      for (const { code, order, filled_units: filled } of outcomes) {
        const what = code ?? (filled > 0 ? 'filled' : 'accepted')
        seen.set(what, (seen.get(what) ?? 0) + 1)
        if (code === null && !orders.includes(order)) orders.push(order)
      }
      expect(told).toEqual(await oneByOne(who, items))
    }),
    { numRuns: 60, endOnFailure: true },
  )
  // The property says nothing where nothing happens.
  for (const code of ['accepted', 'filled', 'MALFORMED', 'NOT_FOUND', 'FIELD_INVALID']) {
    expect(seen.get(code) ?? 0, code).toBeGreaterThan(0)
  }
  // What the raw door says it never tells: listeners of it are not asked about batches of orders.
  for await (const { outcome } of batched.venue.engine.events.read(1)) {
    const kinds = new Set(outcome.events.map((event) => event.kind))
    expect(kinds.has('OrderPlaced') && kinds.has('LeaseClosed')).toBe(false)
  }
}, 120_000)
