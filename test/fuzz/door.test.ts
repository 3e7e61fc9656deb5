// Bodies and frames that no client of ours would send: the door answers each with a problem document
// or an answer, never with a fault of its own, and goes on.
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Prng } from '../../src/kernel/index.ts'
import { CODES } from '../../src/messages/index.ts'
import { BYTES, CLIENT_OPS, ENDPOINTS, type Endpoint, type Problem } from '../../src/wire/index.ts'
import { ApiVenue, openMarket, type Market } from '../support/api-venue.ts'
import { bodyText, PARAMS } from './bodies.ts'
import { inputs, pick, rngOf, timeoutMs } from './mutate.ts'

const REQUESTS = inputs(1_500)
const FRAMES = inputs(1_500)
const BATCH = 50
/** Hashing a password takes most of a second by design; its schema is tried without one. */
const SLOW = ['addUser', 'setPassword', 'openSession']
const SERVER_FAULT = 500
const OPERATOR = 'suan_test_operator'

let venue: ApiVenue
let market: Market
beforeAll(async () => {
  venue = await ApiVenue.start({ rates: ENDLESS })
  market = await openMarket(venue)
})
afterAll(async () => {
  market.stream.close()
  await venue.stop()
})
const ENDLESS = {
  key: { name: 'key', requests: 1e9, seconds: 10 },
  address: { name: 'address', requests: 1e9, seconds: 10 },
} as const

test('HTTP bodies', { timeout: timeoutMs(REQUESTS) }, async () => {
  const rng = rngOf('HTTP bodies')
  const endpoints = Object.entries(ENDPOINTS as Record<string, Endpoint>).filter(
    ([name, { body }]) => body !== null && body !== BYTES && !SLOW.includes(name),
  )
  const faults: string[] = []
  const codes = new Map<string, number>()
  for (let n = 0; n < REQUESTS && faults.length < 10; n++) {
    const [name, endpoint] = pick(rng, endpoints)
    const body = bodyText(rng, endpoint.body as object)
    const { status, code } = await send(rng, endpoint, body)
    codes.set(code, (codes.get(code) ?? 0) + 1)
    const isKnown = code === 'done' || code in CODES
    if (status >= SERVER_FAULT || !isKnown) {
      faults.push(`${n} ${name} ${status} ${code}: ${body.slice(0, 2_000)}`)
    }
  }
  console.log(`HTTP bodies: ${REQUESTS} inputs to ${endpoints.length} endpoints`, [...codes])
  expect(faults).toEqual([])
  expect((await venue.operator.whoAmI()).account.handle).toBe('operator')
})

async function send(rng: Prng, { method, path }: Endpoint, body: string) {
  const token = pick(rng, [OPERATOR, OPERATOR, market.buyer.token, market.seller.token])
  const url = path.replace(/\{(\w+)\}/g, () => encodeURIComponent(pick(rng, PARAMS)))
  const response = await venue.api.app.inject({
    method: method as 'POST',
    url,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    payload: body,
  })
  const status = response.statusCode
  if (status < 400) return { status, code: 'done' }
  const type = String(response.headers['content-type'])
  if (!type.startsWith('application/problem+json')) return { status, code: `no problem: ${type}` }
  return { status, code: (JSON.parse(response.payload) as Problem).code }
}

test('WebSocket frames', { timeout: timeoutMs(FRAMES) }, async () => {
  const rng = rngOf('WebSocket frames')
  const ops = Object.values(CLIENT_OPS) as object[]
  const closes: string[] = []
  let sent = 0
  while (sent < FRAMES && closes.length < 10) {
    const socket = new WebSocket(`${venue.url.replace('http', 'ws')}/v1/ws`)
    await once(socket, 'open')
    let last = ''
    socket.on('close', (code: number) => closes.push(`${code} after ${last.slice(0, 1_000)}`))
    const pongs = { count: 0 }
    socket.on('message', (data: Buffer) => {
      if (data.includes('"pong"')) pongs.count++
    })
    socket.send(JSON.stringify({ op: 'auth', token: market.buyer.token }))
    const batch: string[] = []
    for (let n = 0; n < BATCH; n++, sent++) {
      last = bodyText(rng, pick(rng, ops))
      batch.push(last)
      socket.send(rng.below(20) === 0 ? Buffer.from(last) : last)
    }
    const before = pongs.count
    socket.send('{"op":"ping"}')
    const endsAt = Date.now() + 20_000
    while (pongs.count === before && socket.readyState === WebSocket.OPEN && Date.now() < endsAt) {
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    if (pongs.count === before) closes.push(`no pong after ${batch.join(' ; ').slice(0, 3_000)}`)
    socket.removeAllListeners('close')
    socket.terminate()
  }
  console.log(`WebSocket frames: ${sent} inputs`)
  expect(closes).toEqual([])
})
