/** A clock that is off, against a whole exchange. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ApiVenue, listGoods, openParty, type Party } from '../../test/support/api-venue.ts'
import { loadIdentity, registerNode } from '../agent/index.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client } from './client.ts'
import { SuanError } from './error.ts'

const TEN_MINUTES_MS = 600_000

let venue: ApiVenue
let seller: Party
let folder: string
let node: (offMs: () => number) => Client

beforeAll(async () => {
  venue = await ApiVenue.start()
  folder = mkdtempSync(join(tmpdir(), 'suan-clock-'))
  const goods = await listGoods(venue)
  seller = await openParty(venue, 'provider')
  const { site } = await seller.client.addSite({ body: { hub_id: goods.hub, handle: 'home' } })
  const identity = loadIdentity(folder)
  const { publicKey } = identity
  await registerNode(seller.client, { publicKey, handle: 'n1', siteId: site.id })
  node = (offMs) =>
    createClient({
      baseUrl: venue.url,
      signer: { publicKey, sign: async (bytes) => identity.sign(bytes) },
      openSocket: (url) => new WebSocket(url),
      nowMs: () => Date.now() + offMs(),
    })
})
afterAll(async () => {
  await venue.stop()
  rmSync(folder, { recursive: true })
})

describe.each([
  ['ten minutes ahead', TEN_MINUTES_MS],
  ['ten minutes behind', -TEN_MINUTES_MS],
])('a clock that is %s', (_title, offMs) => {
  test('signed requests are taken, and the time is the one of the exchange', async () => {
    const client = node(() => offMs)
    const { data } = await client.listNodes()
    expect(data).toHaveLength(1)
    expect(Math.abs(client.nowMs() - Date.now())).toBeLessThan(5_000)
  })

  test('a clock that is set while the client works is followed', async () => {
    let off = 0
    const client = node(() => off)
    await client.listNodes()
    off = offMs
    await client.setNodeStatus({
      params: { node_id: (await client.listNodes()).data[0]?.id ?? '' },
      body: { status: 'maintenance' },
    })
    expect(Math.abs(client.nowMs() - Date.now())).toBeLessThan(5_000)
  })

  test('a socket is opened at the second try', async () => {
    const states: string[] = []
    const client = node(() => offMs)
    const stream = client.openStream({ onState: (state) => states.push(state) })
    const node_id = (await seller.client.listNodes()).data[0]?.id ?? ''
    await new Promise<void>((resolve, reject) => {
      stream.subscribe('assignments', { node_id }, () => resolve(), reject)
    })
    stream.close()
    expect(states.filter((state) => state === 'open')).toHaveLength(2)
  })

  test('a write with a key of its own is taken under a new id', async () => {
    const client = createClient({
      baseUrl: venue.url,
      token: seller.token,
      nowMs: () => Date.now() + offMs,
    })
    expect(await client.cancelOrders()).toBeDefined()
  })
})

test('a wrong signature stays wrong with the right time', async () => {
  const identity = loadIdentity(folder)
  const client = createClient({
    baseUrl: venue.url,
    signer: { publicKey: identity.publicKey, sign: async () => '00'.repeat(64) },
    openSocket: (url) => new WebSocket(url),
  })
  await expect(client.listNodes()).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
  const stream = client.openStream()
  const error = await new Promise((resolve) => {
    stream.subscribe('assignments', { node_id: 'n' }, () => {}, resolve)
  })
  stream.close()
  expect(error).toBeInstanceOf(SuanError)
})
