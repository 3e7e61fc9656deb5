// Altered frames of the binary form: the client's decoder never misreads one, and the door answers
// each once, with outcomes or an error, and goes on.
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { CodecError, type Prng } from '../../src/kernel/index.ts'
import {
  OutcomeWriter,
  decodeOutcomes,
  encodeItems,
  isSampleFrame,
  isTunnelFrame,
  numberOf,
  type IdentifiedItem,
  type ItemOutcome,
} from '../../src/wire/index.ts'
import { ApiVenue, SYMBOL, openMarket, type Market } from '../support/api-venue.ts'
import { inputs, mutate, pick, rngOf, timeoutMs } from './mutate.ts'

const OUTCOMES = inputs(10_000)
const FRAMES = inputs(2_000)
const AT_ONCE = 50
const CODES = [null, null, 'NOT_FOUND', 'PRICE_BAND', 'MALFORMED']

let venue: ApiVenue
let market: Market
let instrument = 0
const orders = { name: 'orders', requests: 1e9, seconds: 10 }
beforeAll(async () => {
  venue = await ApiVenue.start({ rates: { orders } })
  market = await openMarket(venue)
  const { id } = await market.buyer.client.getInstrument({ params: { symbol: SYMBOL } })
  instrument = numberOf('instrument', id) ?? 0
})
afterAll(async () => {
  market.stream.close()
  await venue.stop()
})

function outcome(rng: Prng): ItemOutcome {
  return {
    code: pick(rng, CODES),
    seq: rng.below(2 ** 31) * 2 ** 20,
    replayed: rng.below(2) === 1,
    order: rng.below(1_000),
    status: pick(rng, ['open', 'filled', null]),
    end: pick(rng, ['BY_OWNER', null]),
    filled_units: rng.below(9),
    filled_ticks: rng.below(900),
    remaining_units: rng.below(9),
  }
}

function written(batch: number, outcomes: readonly ItemOutcome[]): Uint8Array {
  const writer = new OutcomeWriter(batch, outcomes.length)
  for (const each of outcomes) writer.add(each)
  return writer.finish()
}

test('frames of outcomes', { timeout: timeoutMs(OUTCOMES) }, () => {
  const rng = rngOf('frames of outcomes')
  const faults: string[] = []
  for (let n = 0; n < OUTCOMES && faults.length < 10; n++) {
    const outcomes = Array.from({ length: 1 + rng.below(4) }, () => outcome(rng))
    const valid = written(n, outcomes)
    expect(decodeOutcomes(valid)).toEqual({ batch: n, outcomes })
    const altered = mutate(rng, valid, valid)
    try {
      const { batch, outcomes: read } = decodeOutcomes(altered)
      const again = written(batch, read)
      if (Buffer.compare(again, altered) !== 0) faults.push(`input ${n} reads as another`)
    } catch (error) {
      if (!(error instanceof CodecError)) faults.push(`input ${n}: ${String(error)}`)
    }
  }
  expect(faults).toEqual([])
})

function frame(rng: Prng, batch: number): Uint8Array {
  const id = () => `${Date.now().toString(16).padStart(12, '0')}${rng.next().toString(16)}`
  const items = Array.from({ length: 1 + rng.below(3) }, (): IdentifiedItem => {
    const command_id = id().padEnd(32, '7').slice(0, 32)
    const isCancel = rng.below(4) === 0
    if (isCancel) return { action: 'cancel', order: rng.below(100), command_id }
    const side = pick(rng, ['buy', 'sell'] as const)
    return { action: 'place', instrument, side, units: 1, price_ticks: 40, command_id }
  })
  return encodeItems(batch, items)
}

/** What has become bytes of a tunnel or samples of a node is no batch, and is answered as what it is. */
function mutated(rng: Prng, valid: Uint8Array): Uint8Array {
  const result = mutate(rng, valid, valid)
  return isTunnelFrame(result) || isSampleFrame(result) ? valid : result
}

test('frames of items', { timeout: timeoutMs(FRAMES) }, async () => {
  const rng = rngOf('frames of items')
  const socket = new WebSocket(`${venue.url.replace('http', 'ws')}/v1/ws`)
  await once(socket, 'open')
  const closes: number[] = []
  const closed = new Promise<void>((resolve) => {
    socket.on('close', (code: number) => {
      closes.push(code)
      resolve()
    })
  })
  const heard = { answers: 0, outcomes: 0, unreadable: 0 }
  const faults: string[] = []
  let pong: () => void = () => {}
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) {
      heard.answers++
      heard.outcomes += decodeOutcomes(data).outcomes.length
      return
    }
    const said = JSON.parse(data.toString()) as { type: string; code?: string }
    if (said.type === 'pong') return pong()
    if (said.type !== 'error') return
    heard.answers++
    heard.unreadable++
    if (said.code !== 'MALFORMED') faults.push(data.toString())
  })
  socket.send(JSON.stringify({ op: 'auth', token: market.buyer.token }))
  for (let sent = 0; sent < FRAMES && closes.length === 0;) {
    for (let n = 0; n < AT_ONCE; n++) {
      const valid = frame(rng, ++sent)
      socket.send(rng.below(10) === 0 ? valid : mutated(rng, valid))
    }
    const answered = new Promise<void>((resolve) => (pong = resolve))
    socket.send('{"op":"ping"}')
    await Promise.race([answered, closed])
  }
  // A pong comes when all before it was begun; what was begun is answered when it is durable.
  const endsAt = Date.now() + 20_000
  while (heard.answers < FRAMES && closes.length === 0 && Date.now() < endsAt) {
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  console.log(`frames of items: ${FRAMES} inputs`, heard)
  expect([closes, faults]).toEqual([[], []])
  expect(heard.answers).toBe(FRAMES)
  expect(heard.outcomes).toBeGreaterThan(FRAMES / 4)
  expect(heard.unreadable).toBeGreaterThan(0)
  socket.terminate()
})
