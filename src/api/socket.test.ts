import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  ApiVenue,
  SYMBOL,
  openMarket,
  openParty,
  until,
  type Market,
} from '../../test/support/api-venue.ts'
import type { Stream, SubscribeArgs } from '../client/index.ts'
import type { Channel, DataFrame, Level } from '../wire/index.ts'
import { changedLevels } from './ws/channels/public.ts'

let venue: ApiVenue
let market: Market
let stream: Stream
beforeAll(async () => {
  venue = await ApiVenue.start()
  market = await openMarket(venue)
  stream = market.buyer.client.openStream()
})
afterAll(async () => {
  stream.close()
  market.stream.close()
  await venue.stop()
})

/** Subscribes and keeps all frames; resolves when the first is there. */
async function frames<C extends Channel>(
  on: Stream,
  channel: C,
  args: SubscribeArgs = {},
): Promise<DataFrame<C>[]> {
  const seen: DataFrame<C>[] = []
  on.subscribe(channel, args, (frame) => seen.push(frame))
  await until(() => seen.length > 0)
  return seen
}

const bid = { symbol: SYMBOL, side: 'buy', units: 1 } as const

describe('channels', () => {
  test('a book is a snapshot, then the levels that changed, each frame after the last', async () => {
    const seen = await frames(stream, 'book', { symbol: SYMBOL, depth: 5 })
    expect(seen[0]).toMatchObject({ type: 'snapshot', data: { asks: [['0.10', 4, 1]], bids: [] } })
    const { client } = market.buyer
    const one = await client.placeOrder({ body: { ...bid, price: '0.04' } })
    await until(() => seen.length === 2)
    expect(seen[1]).toMatchObject({
      type: 'update',
      prev_seq: seen[0]?.seq,
      symbol: SYMBOL,
      data: { bids: [['0.04', 1, 1]], asks: [] },
    })
    await client.cancelOrder({ params: { order_id: one.order.id } })
    await until(() => seen.length === 3)
    expect(seen[2]?.data).toEqual({ bids: [['0.04', 0, 0]], asks: [] })
  })

  test('orders, fills, allocations, balances and tickers follow a trade; others see no part', async () => {
    const stranger = await openParty(venue, 'buyer', '1.00')
    const other = stranger.client.openStream()
    const [orders, allocations, balances, tickers, foreign] = await Promise.all([
      frames(stream, 'orders'),
      frames(stream, 'allocations'),
      frames(stream, 'balances'),
      frames(stream, 'tickers'),
      frames(other, 'orders'),
    ])
    const fills: DataFrame<'fills'>[] = await frames(stream, 'fills')
    const { client } = market.buyer
    const placed = await client.placeOrder({ body: { ...bid, price: '0.10' } })
    await until(() => fills.length > 1 && orders.length > 1 && allocations.length > 1)
    expect(fills[1]?.data).toEqual(placed.fills)
    expect(orders.at(-1)?.data[0]).toMatchObject({ id: placed.order.id, status: 'filled' })
    expect(allocations.at(-1)?.data[0]?.id).toBe(placed.allocation_ids[0])
    await until(() => balances.length > 1 && tickers.length > 1)
    expect(balances.at(-1)?.data[0]?.escrowed).toBe('0.10005')
    expect(tickers.at(-1)?.data[0]).toMatchObject({ symbol: SYMBOL, last: '0.10' })
    expect(foreign).toHaveLength(1)
    expect(foreign[0]?.data).toEqual([])
    other.close()
  })

  test('status, offers, ticker and heartbeat', async () => {
    const anyone = venue.client().openStream()
    const [status, offers, ticker, heartbeat] = await Promise.all([
      frames(anyone, 'status'),
      frames(anyone, 'offers'),
      frames(anyone, 'ticker', { symbol: SYMBOL }),
      frames(anyone, 'heartbeat'),
    ])
    expect(status[0]?.data.venue).toBe('test')
    expect(offers[0]?.data[0]).toMatchObject({ symbol: SYMBOL, available_units: 3 })
    expect(ticker[0]?.data.symbol).toBe(SYMBOL)
    expect(heartbeat[0]?.data.seq).toBeGreaterThan(0)
    anyone.close()
  })

  test('resume_from gives every fill, trade and touched order since, once', async () => {
    const { client } = market.buyer
    const { seq } = await client.getTime()
    const first = await client.placeOrder({ body: { ...bid, price: '0.10' } })
    const rest = await client.placeOrder({ body: { ...bid, price: '0.03' } })
    await client.cancelOrder({ params: { order_id: rest.order.id } })
    const [fills, trades, orders] = await Promise.all([
      frames(stream, 'fills', { resume_from: seq }),
      frames(stream, 'trades', { symbol: SYMBOL, resume_from: seq }),
      frames(stream, 'orders', { resume_from: seq }),
    ])
    expect(fills[0]).toMatchObject({ type: 'update', seq: first.seq })
    expect(fills[0]?.data).toEqual(first.fills)
    expect(trades[0]?.data.map((trade) => trade.id)).toEqual([first.fills[0]?.trade_id])
    const states = new Map(orders[0]?.data.map((order) => [order.id, order.status]))
    expect(states.get(first.order.id)).toBe('filled')
    expect(states.get(rest.order.id)).toBe('cancelled')
    const again = await client.placeOrder({ body: { ...bid, price: '0.10' } })
    await until(() => fills.length === 2)
    expect(fills[1]?.data).toEqual(again.fills)
  })

  test('a connection that breaks is made again, and no fill is missed or seen twice', async () => {
    const sockets: WebSocket[] = []
    const client = venue.client({
      token: market.buyer.token,
      openSocket: (url) => {
        const socket = new WebSocket(url)
        sockets.push(socket)
        return socket
      },
    })
    const states: string[] = []
    const breaking = client.openStream({ onState: (state) => states.push(state) })
    const seen = await frames(breaking, 'fills')
    sockets[0]?.terminate()
    await until(() => states.includes('lost'))
    const { params } = { params: { symbol: SYMBOL } }
    await venue.operator.setReference({
      params,
      body: { reference_price: '0.10', band_ppm: 900_000 },
    })
    await market.seller.client.setOffer({
      params: { node_id: market.node.id, sku_id: market.goods.product },
      body: { price: '0.10', max_units: 4 },
    })
    const placed = await market.buyer.client.placeOrder({ body: { ...bid, price: '0.10' } })
    await until(() => seen.some((frame) => frame.type === 'update'))
    const ids = seen.flatMap((frame) => frame.data.map((fill) => fill.trade_id))
    expect(ids).toEqual(placed.fills.map((fill) => fill.trade_id))
    breaking.close()
  })

  test('what is wrong is said, and the rest goes on', async () => {
    const anyone = venue.client().openStream()
    const refused = (channel: Channel, args: SubscribeArgs) =>
      new Promise<string>((resolve) => {
        anyone.subscribe(
          channel,
          args,
          () => resolve('a frame'),
          (error) => resolve(error.code),
        )
      })
    expect(await refused('orders', {})).toBe('UNAUTHENTICATED')
    expect(await refused('book', {})).toBe('MALFORMED')
    expect(await refused('book', { symbol: 'NO' })).toBe('NOT_FOUND')
    expect(await refused('logs', { workload_id: 'wkl_1' })).toBe('UNAUTHENTICATED')
    expect(await refused('assignments', { node_id: market.node.id })).toBe('UNAUTHENTICATED')
    expect(await refused('status', {})).toBe('a frame')
    anyone.close()
    const seller = market.seller.client.openStream()
    const code = await new Promise<string>((resolve) => {
      const args = { node_id: market.node.id }
      seller.subscribe(
        'assignments',
        args,
        () => resolve('a frame'),
        (e) => resolve(e.code),
      )
    })
    expect(code).toBe('NOT_FOUND')
    seller.close()
  })

  test.each(['{"op":"dance"}', 'not json', '{"op":"subscribe","id":"a","channel":"secret"}'])(
    '%s gets an error and no end',
    async (text) => {
      const socket = new WebSocket(`${venue.url.replace('http', 'ws')}/v1/ws`)
      const answers: { type: string; code?: string }[] = []
      socket.on('message', (data: Buffer) => answers.push(JSON.parse(data.toString())))
      await new Promise((resolve) => socket.once('open', resolve))
      socket.send(text)
      socket.send('{"op":"ping"}')
      await until(() => answers.length === 2)
      expect(answers.map((one) => one.code ?? one.type)).toEqual(['MALFORMED', 'pong'])
      socket.close()
    },
  )

  test('a revoked key loses its socket', async () => {
    const { client } = market.buyer
    const issued = await client.issueKey({ body: { label: 'short', scopes: ['read'] } })
    const socket = new WebSocket(`${venue.url.replace('http', 'ws')}/v1/ws`)
    await new Promise((resolve) => socket.once('open', resolve))
    const acked = new Promise((resolve) => socket.once('message', resolve))
    socket.send(JSON.stringify({ op: 'auth', token: issued.token }))
    await acked
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    await client.revokeKey({ params: { key_id: issued.key.id } })
    expect(await closed).toBe(4001)
  })
})

test('levels that changed', () => {
  const before: Level[] = [
    ['0.10', 4, 1],
    ['0.11', 2, 1],
  ]
  const now: Level[] = [
    ['0.09', 1, 1],
    ['0.10', 3, 1],
  ]
  expect(changedLevels(before, now)).toEqual([...now, ['0.11', 0, 0]])
  expect(changedLevels(now, now)).toEqual([])
})

test('before the server stops, every client is told', async () => {
  const states: string[] = []
  const client = venue.client().openStream({ onState: (state) => states.push(state) })
  await until(() => states.includes('open'))
  await venue.api.close()
  await until(() => states.includes('lost'))
  expect(states).toEqual(['connecting', 'open', 'server_shutdown', 'lost'])
  client.close()
})
