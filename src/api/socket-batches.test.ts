import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  ApiVenue,
  SYMBOL,
  openMarket,
  openStreamOf,
  until,
  type Market,
} from '../../test/support/api-venue.ts'
import type { Stream } from '../client/index.ts'
import { BATCH, encodeItems, idOf, numberOf, type PlaceItem } from '../wire/index.ts'

const RATES = { orders: { name: 'orders', requests: 3_000, seconds: 3_600 } }
let venue: ApiVenue
let market: Market
let stream: Stream
let bid: PlaceItem
beforeAll(async () => {
  venue = await ApiVenue.start({ rates: RATES })
  market = await openMarket(venue)
  stream = await openStreamOf(venue, market.buyer.token)
  const { id } = await market.buyer.client.getInstrument({ params: { symbol: SYMBOL } })
  const instrument = numberOf('instrument', id) ?? 0
  bid = { action: 'place', instrument, side: 'buy', units: 2, price_ticks: 40 }
})
afterAll(async () => {
  stream.close()
  market.stream.close()
  await venue.stop()
})

const orderOf = (order: number) =>
  market.buyer.client.getOrder({ params: { order_id: idOf('order', order) } })

test('orders and cancels in one frame are done in their order, and durable when answered', async () => {
  const [first, second] = await stream.batch([bid, { ...bid, price_ticks: 41 }])
  expect(first).toMatchObject({ code: null, status: 'open', remaining_units: 2, filled_units: 0 })
  expect(second!.seq).toBe(first!.seq + 1)
  expect(venue.engine.durableSeq()).toBeGreaterThanOrEqual(second!.seq)
  expect(await orderOf(first!.order)).toMatchObject({ status: 'open', units: 2, price: '0.04' })
  const ended = await stream.batch([
    { action: 'cancel', order: first!.order },
    { action: 'cancel', order: first!.order },
    { action: 'cancel', order: second!.order },
  ])
  expect(ended.map(({ code, status, end }) => [code, status, end])).toEqual([
    [null, 'cancelled', 'BY_OWNER'],
    ['ORDER_CLOSED', null, null],
    [null, 'cancelled', 'BY_OWNER'],
  ])
  expect((await orderOf(second!.order)).status).toBe('cancelled')
})

test('what an order took is told: units, price and what is left', async () => {
  const [taken] = await stream.batch([{ ...bid, units: 2, price_ticks: 100, time_in_force: 'IOC' }])
  expect(taken).toMatchObject({
    code: null,
    status: 'filled',
    filled_units: 2,
    filled_ticks: 200,
    remaining_units: 0,
  })
})

test('ENG-002 each item has an id of its own: the same one again has its first outcome', async () => {
  const items = stream.identify([bid, { ...bid, instrument: 99 }])
  const [first] = await stream.batch(items)
  const again = await stream.batch([
    { ...items[0]!, units: 1 } as PlaceItem,
    items[0]!,
    ...stream.identify([bid]),
  ])
  expect(again[0]).toMatchObject({ code: 'COMMAND_ID_REUSED', seq: 0 })
  expect(again[1]).toEqual({ ...first, replayed: true })
  expect(again[2]).toMatchObject({ code: null, replayed: false })
  const body = { symbol: SYMBOL, side: 'buy', units: 2, price: '0.04' } as const
  const single = await stream.placeOrder(body, items[0]!.command_id)
  expect(single.order.id).toBe(idOf('order', first!.order))
  await stream.batch([first!, again[2]!].map(({ order }) => ({ action: 'cancel', order })))
})

test('what is said after a batch is done after it, though nobody waited', async () => {
  const { order } = await stream.placeOrder({
    symbol: SYMBOL,
    side: 'buy',
    units: 5,
    price: '0.04',
  })
  const number = numberOf('order', order.id) ?? 0
  const answers = await Promise.all([
    stream.amendOrder(order.id, { units: 4 }),
    stream.batch([{ action: 'cancel', order: number }, bid]),
    stream.cancelOrder(order.id).catch((error: { code: string }) => error.code),
  ])
  expect(answers[0]).toMatchObject({ units: 4 })
  expect(answers[1][0]).toMatchObject({ code: null, remaining_units: 4 })
  expect(answers[2]).toBe('ORDER_CLOSED')
  await stream.batch([{ action: 'cancel', order: answers[1][1]!.order }])
})

test('API-010 a slip in one item is the refusal of that item', async () => {
  const codes = async (items: readonly PlaceItem[]) =>
    (await stream.batch(items)).map(({ code, seq }) => [code, seq > 0])
  const { price_ticks: _without, ...priceless } = bid
  expect(
    await codes([
      { ...bid, units: 0 },
      { ...bid, side: 'hold' as 'buy' },
      { ...bid, instrument: 99 },
      priceless,
      { ...bid, price_ticks: 0 },
      { ...bid, price_ticks: 9_000 },
      { ...bid, units: 999_999 },
    ]),
  ).toEqual([
    ['MALFORMED', false],
    ['MALFORMED', false],
    ['NOT_FOUND', false],
    ['FIELD_INVALID', false],
    ['FIELD_INVALID', false],
    ['PRICE_BAND', true],
    ['INSUFFICIENT_FUNDS', true],
  ])
})

test('API-001 a frame that is none is told so, field and all, and the socket goes on', async () => {
  const good = encodeItems(7, stream.identify([bid]))
  const faulty: readonly (readonly [string, (frame: Uint8Array) => Uint8Array])[] = [
    ['head', (frame) => frame.subarray(0, 5)],
    ['version', (frame) => changed(frame, 0, 9)],
    ['kind', (frame) => changed(frame, 1, 2)],
    ['count', (frame) => changed(frame, 2, 0)],
    ['length', (frame) => changed(frame, 2, 2)],
    ['length', (frame) => frame.subarray(0, BATCH.headBytes + 63)],
  ]
  const socket = new WebSocket(`${venue.url.replace('http', 'ws')}/v1/ws`)
  const said: Record<string, unknown>[] = []
  const outcomes: Buffer[] = []
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) outcomes.push(data)
    else said.push(JSON.parse(data.toString()) as Record<string, unknown>)
  })
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(JSON.stringify({ op: 'auth', token: market.buyer.token }))
  for (const [, change] of faulty) socket.send(change(good))
  // A stray value would be an order that means something else.
  socket.send(changed(good, BATCH.headBytes + 36, 1))
  socket.send(good)
  await until(() => said.length === 1 + faulty.length && outcomes.length === 2)
  const errors = said.slice(1) as { problem: { errors: { field: string }[] } }[]
  expect(errors.map(({ problem }) => problem.errors[0]?.field)).toEqual(
    faulty.map(([field]) => field),
  )
  expect(errors[1]).toMatchObject({ type: 'error', op: 'order.batch', id: '7', code: 'MALFORMED' })
  socket.close()
})

test('who may not trade has no part of a frame done', async () => {
  const anyone = await openStreamOf(venue, null)
  await expect(anyone.batch([bid])).rejects.toMatchObject({ code: 'UNAUTHENTICATED', status: 401 })
  anyone.close()
  const { client } = market.buyer
  const reading = await client.issueKey({ body: { label: 'reads', scopes: ['read'] } })
  const reader = await openStreamOf(venue, reading.token ?? '')
  await expect(reader.batch([bid])).rejects.toMatchObject({ code: 'SCOPE_MISSING' })
  reader.close()
})

test('API-003 every item counts as an order; what is over the rate is refused whole', async () => {
  const cancels = Array.from({ length: 1_000 }, () => ({ action: 'cancel', order: 1 }) as const)
  await stream.batch(cancels)
  await stream.batch(cancels)
  const before = venue.engine.durableSeq()
  await expect(stream.batch(cancels)).rejects.toMatchObject({ code: 'RATE_LIMITED', status: 429 })
  expect(venue.engine.durableSeq()).toBe(before)
  // What still fits is done.
  expect(await stream.batch([{ action: 'cancel', order: 1 }])).toMatchObject([
    { code: 'NOT_FOUND' },
  ])
})

function changed(frame: Uint8Array, at: number, byte: number): Uint8Array {
  const copy = frame.slice()
  copy[at] = byte
  return copy
}
