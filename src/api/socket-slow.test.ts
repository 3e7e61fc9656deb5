// A client that does not read: it waits, hears less often, or is shown the door; the server's memory
// is none of its business.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
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
import { Window } from './ws/window.ts'
import { BATCH, CLOSE_SLOW, decodeOutcomes, encodeItems } from '../wire/index.ts'

const NO_ID = '0'.repeat(32)
const FRAMES_AT_ONCE = 200
/** more than the limits of the system's buffers */
const FRAMES_MAX = 4_000
/** What it answers with is made at the door, so only the socket is under test. */
const REFUSED = { action: 'place', instrument: 99, side: 'buy', units: 1, price_ticks: 1 } as const
const ITEMS = Array.from({ length: BATCH.itemsMax }, () => ({ ...REFUSED, command_id: NO_ID }))
/** what `ws` says of a connection that was cut */
const CLOSE_ABNORMAL = 1006

let venue: ApiVenue
/** looks after its sockets often */
let strict: ApiVenue
let market: Market
let stream: Stream
beforeAll(async () => {
  venue = await ApiVenue.start()
  strict = await ApiVenue.start({ socketLookMs: 300 })
  market = await openMarket(venue)
  stream = await openStreamOf(venue, market.buyer.token)
})
afterAll(async () => {
  stream.close()
  market.stream.close()
  await venue.stop()
  await strict.stop()
})

interface Client {
  readonly socket: WebSocket
  readonly frames: Buffer[]
  readonly texts: string[]
  closedWith: number | null
}
const sockets: WebSocket[] = []
afterEach(() => sockets.forEach((socket) => socket.terminate()))

async function open(url: string, token: string): Promise<Client> {
  const address = `${url.replace('http', 'ws')}/v1/ws`
  const socket = new WebSocket(address, { perMessageDeflate: false })
  sockets.push(socket)
  const client: Client = { socket, frames: [], texts: [], closedWith: null }
  const { frames, texts } = client
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) frames.push(data)
    else texts.push(data.toString())
  })
  socket.on('close', (code) => (client.closedWith = code))
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(JSON.stringify({ op: 'auth', token }))
  await until(() => texts.length === 1)
  return client
}

/** The value of a metric without labels. */
async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
}

/** Commands of all sockets that are done, by the metrics. */
async function done(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const counts = text.matchAll(/^suan_commands_total\{.*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

/** The number once it has been the same for a while. */
async function settled(url: string): Promise<number> {
  for (let before = -1; ;) {
    const now = await done(url)
    if (now === before) return now
    before = now
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/**
 * Says more and more, for nobody knows how much the system's own buffers hold; gives how many frames
 * were said.
 */
async function sayUntilFull(
  { socket }: Client,
  isFull: (said: number) => Promise<boolean>,
): Promise<number> {
  for (let said = 0; said < FRAMES_MAX;) {
    for (let n = 0; n < FRAMES_AT_ONCE; n++) socket.send(encodeItems(++said, ITEMS))
    if (await isFull(said)) return said
  }
  throw new Error(`${FRAMES_MAX} frames of answers fit into the buffers of the system`)
}

test('API-011 who does not fetch its answers is not listened to, and has them all when it reads on', async () => {
  const client = await open(venue.url, market.buyer.token)
  const before = await done(venue.url)
  client.socket.pause()
  const said = await sayUntilFull(client, async (frames) => {
    const heard = (await settled(venue.url)) - before
    return heard < frames * BATCH.itemsMax
  })
  expect(client.socket.bufferedAmount).toBeGreaterThan(0)
  // Nobody else is held up by it.
  const placed = await stream.placeOrder({ symbol: SYMBOL, side: 'buy', units: 1, price: '0.04' })
  await stream.cancelOrder(placed.order.id)
  client.socket.resume()
  while (client.frames.length < said) {
    const seen = client.frames.length
    await until(() => client.frames.length > seen)
  }
  const batches = client.frames.map((frame) => decodeOutcomes(frame).batch)
  expect(batches).toEqual(Array.from({ length: said }, (_, n) => n + 1))
})

test('API-011 who reads nothing for long is disconnected', async () => {
  const { token } = await openParty(strict, 'buyer')
  const client = await open(strict.url, token)
  client.socket.pause()
  for (let n = 1; n <= FRAMES_AT_ONCE; n++) client.socket.send(encodeItems(n, ITEMS))
  // With a full window it is told why (4008); without, it has not answered a ping.
  await until(async () => (await metric(strict.url, 'suan_ws_clients')) === 0)
  client.socket.resume()
  await until(() => client.closedWith !== null)
  expect([CLOSE_SLOW, CLOSE_ABNORMAL]).toContain(client.closedWith)
})

test('API-011 a window that stays full is seen at the second look', () => {
  const told: string[] = []
  const window = new Window({ pause: () => told.push('pause'), resume: () => told.push('resume') })
  window.begin(500_000)
  expect([window.isStuck(), window.isStuck()]).toEqual([false, false])
  window.begin(60_000)
  window.begin(60_000)
  expect(told).toEqual(['pause'])
  window.end(60_000)
  // Full, but an answer has left since the last look.
  expect([window.isStuck(), window.isStuck()]).toEqual([false, true])
  window.end(500_000)
  expect(told).toEqual(['pause', 'resume'])
  expect([window.isStuck(), window.isStuck()]).toEqual([false, false])
})

test('API-011 updates of what has changed meanwhile are merged, and the last state comes', async () => {
  const client = await open(venue.url, market.buyer.token)
  const note = 'x'.repeat(64)
  const { order } = await stream.placeOrder({
    symbol: SYMBOL,
    side: 'buy',
    units: 900,
    price: '0.04',
    client_order_id: note,
  })
  const channels = 100
  for (let n = 0; n < channels; n++) {
    client.socket.send(JSON.stringify({ op: 'subscribe', id: `${n}`, channel: 'orders' }))
  }
  await until(() => client.texts.length >= 1 + 2 * channels)
  client.socket.pause()
  const conflated = () => metric(venue.url, 'suan_ws_conflated_total')
  let units = 900
  const amend = async (): Promise<void> => {
    units = 100 + ((units + 1) % 1_000)
    await stream.amendOrder(order.id, { units })
  }
  while ((await conflated()) === 0) await amend()
  await amend()
  const seen = client.texts.length
  client.socket.resume()
  const last = (id: string): number | undefined => {
    const text = client.texts.findLast((one) => one.includes(`"id":"${id}"`))
    return (JSON.parse(text ?? '{}') as { data?: { units: number }[] }).data?.[0]?.units
  }
  await until(() => [0, channels - 1].every((n) => last(`${n}`) === units))
  expect(client.texts.length).toBeGreaterThan(seen)
  expect(client.closedWith).toBeNull()
  await stream.cancelOrder(order.id)
})
