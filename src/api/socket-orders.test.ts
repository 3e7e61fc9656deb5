import { afterAll, beforeAll, expect, test } from 'vitest'
import { Value } from 'typebox/value'
import { WebSocket } from 'ws'
import {
  ApiVenue,
  SYMBOL,
  openMarket,
  openParty,
  openStreamOf,
  until,
  type Market,
} from '../../test/support/api-venue.ts'
import type { Stream } from '../client/index.ts'
import { CHANNELS, CLIENT_OPS, ENDPOINTS, TUNNEL_FRAMES, type TSchema } from '../wire/index.ts'

let venue: ApiVenue
let market: Market
let stream: Stream
beforeAll(async () => {
  venue = await ApiVenue.start()
  market = await openMarket(venue)
  stream = await openStream(market.buyer.token)
})
afterAll(async () => {
  stream.close()
  market.stream.close()
  await venue.stop()
})

const openStream = (token: string | null) => openStreamOf(venue, token)

const newKey = () => `${Date.now().toString(16).padStart(12, '0')}${'5'.repeat(20)}`
const bid = { symbol: SYMBOL, side: 'buy', units: 2, price: '0.04' } as const

test('an order is placed, amended and cancelled on the socket, as the calls would', async () => {
  const placed = await stream.placeOrder(bid)
  expect(Value.Errors(ENDPOINTS.placeOrder.response, placed)).toEqual([])
  const { id } = placed.order
  const params = { order_id: id }
  expect(await market.buyer.client.getOrder({ params })).toMatchObject({ id, status: 'open' })
  const amended = await stream.amendOrder(id, { units: 1 })
  expect(Value.Errors(ENDPOINTS.amendOrder.response, amended)).toEqual([])
  expect(amended).toMatchObject({ order_id: id, units: 1, kept_priority: true })
  const cancelled = await stream.cancelOrder(id)
  expect(Value.Errors(ENDPOINTS.cancelOrder.response, cancelled)).toEqual([])
  expect(cancelled.order_ids).toEqual([id])
  expect((await market.buyer.client.getOrder({ params })).status).toBe('cancelled')
})

test('ENG-002 a key is one command on both doors: the first answer again, another body refused', async () => {
  const { client } = market.buyer
  const key = newKey()
  const first = await stream.placeOrder(bid, key)
  expect(await stream.placeOrder(bid, key)).toEqual(first)
  expect(await client.placeOrder({ body: bid, idempotencyKey: key })).toEqual(first)
  await expect(stream.placeOrder({ ...bid, units: 1 }, key)).rejects.toMatchObject({
    code: 'COMMAND_ID_REUSED',
    status: 422,
    idempotencyKey: key,
  })
  expect((await client.listOrders()).data).toHaveLength(1)
  const answer = await say(
    JSON.stringify({ op: 'order.place', id: 'x', idempotency_key: key, body: bid }),
    market.buyer.token,
  )
  expect(answer).toMatchObject({ type: 'ack', id: 'x', replayed: true, data: first })
  await stream.cancelOrder(first.order.id)
})

test('what HTTP refuses the socket refuses, with the same code, facts and fields', async () => {
  const { client } = market.buyer
  const alike = async (body: object) => {
    const typed = body as typeof bid
    const refusals = [client.placeOrder({ body: typed }), stream.placeOrder(typed)]
    const [http, socket] = await Promise.all(
      refusals.map((refusal) => refusal.catch((error: unknown) => error)),
    )
    expect(socket).toMatchObject({
      code: (http as { code: string }).code,
      status: (http as { status: number }).status,
      facts: (http as { facts: object }).facts,
    })
    return socket as { code: string; problem: { errors: { field: string }[] } }
  }
  expect((await alike({ ...bid, units: 3_000 })).code).toBe('INSUFFICIENT_FUNDS')
  expect((await alike({ ...bid, price: '9.00' })).code).toBe('PRICE_BAND')
  expect((await alike({ ...bid, price: '0.00001' })).code).toBe('FIELD_INVALID')
  expect((await alike({ ...bid, symbol: 'NO' })).code).toBe('NOT_FOUND')
  const faulty = await alike({ symbol: SYMBOL, side: 'hold', units: 0, prize: '1' })
  expect(faulty.code).toBe('MALFORMED')
  const fields = faulty.problem.errors.map(({ field }) => field)
  expect(fields.toSorted()).toEqual(['body.prize', 'body.side', 'body.units'])
  await expect(stream.cancelOrder('nonsense')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(stream.placeOrder(bid, 'no id')).rejects.toMatchObject({
    code: 'MALFORMED',
    problem: { errors: [{ field: 'idempotency_key' }] },
  })
})

test('a key may do on the socket what it may do elsewhere, and on its own orders', async () => {
  const anyone = await openStream(null)
  await expect(anyone.placeOrder(bid)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  anyone.close()
  const { client } = market.buyer
  const reading = await client.issueKey({ body: { label: 'reads', scopes: ['read'] } })
  const reader = await openStream(reading.token ?? '')
  await expect(reader.placeOrder(bid)).rejects.toMatchObject({
    code: 'SCOPE_MISSING',
    facts: { scope: 'trade' },
  })
  reader.close()
  const { order } = await stream.placeOrder(bid)
  const stranger = await openStream((await openParty(venue, 'buyer', '1.00')).token)
  await expect(stranger.cancelOrder(order.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(stranger.amendOrder(order.id, { units: 1 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  stranger.close()
  await stream.cancelOrder(order.id)
})

test('ENG-007 an answer that is lost with the connection: the same key gives the one outcome', async () => {
  const sockets: WebSocket[] = []
  const states: string[] = []
  const client = venue.client({
    token: market.buyer.token,
    openSocket: (url) => {
      const socket = new WebSocket(url)
      sockets.push(socket)
      return socket
    },
  })
  const breaking = client.openStream({ onState: (state) => states.push(state) })
  await until(() => states.at(-1) === 'open')
  const key = newKey()
  const lost = breaking.placeOrder(bid, key)
  sockets[0]?.terminate()
  await expect(lost).rejects.toMatchObject({ code: 'STATUS_UNKNOWN', idempotencyKey: key })
  breaking.close()
  await expect(breaking.placeOrder(bid)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  const placed = await stream.placeOrder(bid, key)
  expect((await market.buyer.client.listOrders()).data.map(({ id }) => id)).toEqual([
    placed.order.id,
  ])
  await stream.cancelOrder(placed.order.id)
})

test('a client that says much at once is done in order, all of it', async () => {
  const { order } = await stream.placeOrder({ ...bid, units: 150 })
  const amends = Array.from({ length: 149 }, (_, n) =>
    stream.amendOrder(order.id, { units: 149 - n }),
  )
  const units = (await Promise.all(amends)).map((amended) => amended.units)
  expect(units).toEqual(Array.from({ length: 149 }, (_, n) => 149 - n))
  await stream.cancelOrder(order.id)
})

test('digits in the place of an id are not found, and the socket goes on', async () => {
  const id = '9'.repeat(20)
  await expect(stream.cancelOrder(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect((await stream.placeOrder(bid)).order.status).toBe('open')
  const params = { order_id: id }
  await expect(market.buyer.client.cancelOrder({ params })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
})

test('AsyncAPI 3.0 has every op and channel, and what is really said fits its schemas', async () => {
  const response = await fetch(`${venue.url}/v1/asyncapi.json`)
  const document = JSON.parse(await response.text())
  expect(document.asyncapi).toBe('3.0.0')
  const { address, messages } = document.channels.socket
  expect(address).toBe('/v1/ws')
  expect(Object.keys(document.operations)).toEqual([
    ...Object.keys(CLIENT_OPS),
    'order.batch',
    'tunnel.bytes',
    'frames',
  ])
  const refs = JSON.stringify(document.operations).matchAll(/messages\/([\w.]+)"/g)
  for (const [, name] of refs) expect(messages).toHaveProperty([name ?? ''])
  expect(document.operations.frames.messages).toHaveLength(
    CHANNELS.length + Object.keys(TUNNEL_FRAMES).length + 1,
  )
  const fits = (name: string, said: unknown) => Value.Check(messages[name].payload as TSchema, said)
  const op = { op: 'order.place', id: 'y', body: bid }
  expect(fits('order.place', op)).toBe(true)
  expect(fits('order.place', { ...op, body: { ...bid, side: 'hold' } })).toBe(false)
  const answer = await say(JSON.stringify(op), market.buyer.token)
  expect(answer.type).toBe('ack')
  expect(fits('answer', answer)).toBe(true)
  expect(fits('answer', await say('{"op":"dance"}', null))).toBe(true)
  const book = { op: 'subscribe', id: 'z', channel: 'book', symbol: SYMBOL }
  expect(fits('subscribe', book)).toBe(true)
  const frame = await say(JSON.stringify(book), null, 2)
  expect(frame).toMatchObject({ channel: 'book', type: 'snapshot' })
  expect([fits('book.frame', frame), fits('trades.frame', frame)]).toEqual([true, false])
})

/** Says one thing on a socket of its own and gives the answer, or the nth. */
async function say(text: string, token: string | null, nth = 1): Promise<Record<string, unknown>> {
  const socket = new WebSocket(`${venue.url.replace('http', 'ws')}/v1/ws`)
  const answers: Record<string, unknown>[] = []
  socket.on('message', (data: Buffer) => answers.push(JSON.parse(data.toString())))
  await new Promise((resolve) => socket.once('open', resolve))
  if (token !== null) socket.send(JSON.stringify({ op: 'auth', token }))
  socket.send(text)
  const wanted = nth + (token === null ? 0 : 1)
  await until(() => answers.length >= wanted)
  socket.close()
  return answers[wanted - 1] ?? {}
}
