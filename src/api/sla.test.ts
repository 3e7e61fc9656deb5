import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ApiVenue,
  SYMBOL,
  openMarket,
  openParty,
  until,
  type Market,
  type Party,
} from '../../test/support/api-venue.ts'
import { SLA_PROFILES } from '../messages/index.ts'
import type { Stream } from '../client/index.ts'
import { toSla } from '../wire/index.ts'

let venue: ApiVenue
let market: Market
let prober: Party
let lease: string
beforeAll(async () => {
  venue = await ApiVenue.start({ beatMs: 300 })
  market = await openMarket(venue)
  prober = await openParty(venue, 'assessor')
})
afterAll(async () => {
  market.stream.close()
  await venue.stop()
})

const evidence = 'ab'.repeat(32)
const nonce = 'cd'.repeat(16)
const minutes = (source: 'agent' | 'prober' | 'witness', from: number) => ({
  params: { lease_id: lease },
  body: { source, from_minute: from, until_minute: from + 1, failure: 'slow', evidence } as const,
})

test('SLA-001 SLA-002 a promise is written, attached, and shown on a lease', async () => {
  const { operator } = venue
  const { profile } = toSla({ sla: 1, version: 1, profile: SLA_PROFILES.markets })
  const params = { sla_id: 'sla_1' }
  await operator.setSla({ params, body: { version: 1, profile } })
  const again = operator.setSla({ params, body: { version: 1, profile } })
  await expect(again).rejects.toMatchObject({ code: 'FIELD_INVALID' })
  await operator.attachSla({ params: { symbol: SYMBOL }, body: { sla_id: 'sla_1' } })
  expect(await market.buyer.client.listSlas()).toMatchObject({
    data: [{ sla_id: 'sla_1', profile }],
  })

  const order = {
    symbol: SYMBOL,
    side: 'buy',
    units: 1,
    price: '0.10',
    time_in_force: 'IOC',
  } as const
  await market.buyer.client.placeOrder({ body: order })
  const { data } = await market.node.daemon.listAssignments({ params: { node_id: market.node.id } })
  lease = data[0]!.lease.id
  const ready = { params: { lease_id: lease }, body: { nonce: data[0]!.nonce } }
  await market.node.daemon.reportReady(ready)
  const shown = await market.buyer.client.getLeaseSla({ params: { lease_id: lease } })
  expect(shown).toMatchObject({
    promise: { version: 1 },
    breach_minutes: 0,
    breaches: [],
    credits: [],
  })
  expect(await market.seller.client.getLeaseSla({ params: { lease_id: lease } })).toEqual(shown)
  await expect(prober.client.getLeaseSla({ params: { lease_id: lease } })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
})

test('SLA-005 SLA-006 each source reports with its own key, and only what is over', async () => {
  const { buyer, node } = market
  const future = { code: 'FIELD_INVALID' }
  await expect(buyer.client.reportMinutes(minutes('witness', 0))).rejects.toMatchObject(future)
  await expect(node.daemon.reportMinutes(minutes('agent', 0))).rejects.toMatchObject(future)
  await expect(prober.client.reportMinutes(minutes('prober', 0))).rejects.toMatchObject(future)
  const foreign = { code: 'SCOPE_MISSING' }
  await expect(buyer.client.reportMinutes(minutes('prober', 0))).rejects.toMatchObject(foreign)
})

test('SLA-003 an interruption is announced with its provider’s key', async () => {
  const inAnHour = Math.floor(Date.now() / 1_000) + 3_600
  const times = { from_at: `${inAnHour}`, until_at: `${inAnHour + 600}`, class: 'planned' } as const
  const body = { node_id: market.node.id, ...times }
  const done = await market.seller.client.announceMaintenance({ body })
  expect(done.maintenance_id).toMatch(/^mnt_/)
  await expect(market.buyer.client.announceMaintenance({ body })).rejects.toMatchObject({
    code: 'SCOPE_MISSING',
  })
})

test('SLA-005 only an assessor has nonces given back, from leases that promise something', async () => {
  const { data } = await prober.client.listProbes()
  expect(data).toMatchObject([{ lease_id: lease, node_id: market.node.id }])
  await expect(market.seller.client.listProbes()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  const body = { beats: [{ lease_id: 'lse_zz', nonce }] }
  expect(await prober.client.beat({ body })).toMatchObject({ data: [{ answer: null }] })
  await expect(market.seller.client.beat({ body })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

test('SLA-004 a socket that answers no beat is no contact, until it answers one', async () => {
  const { node, seller } = market
  const beat = () => prober.client.beat({ body: { beats: [{ lease_id: lease, nonce }] } })
  const isConnected = async () => (await seller.client.listNodes()).data[0]?.connected
  let isLying = true
  const stream: Stream = node.daemon.openStream()
  let heard = 0
  let isHearing = false
  stream.subscribe('beats', { node_id: node.id }, ({ data }) => {
    isHearing = true
    heard += data.length
    for (const { beat_id, nonce: back } of data)
      if (!isLying) stream.sendBeat({ beat_id, nonce: back })
  })
  await until(() => isHearing)
  for (let round = 0; round < 3; round++) {
    expect(await isConnected()).toBe(true)
    expect(await beat()).toMatchObject({ data: [{ answer: null }] })
  }
  expect(heard).toBe(3)
  await until(async () => (await isConnected()) === false)
  isLying = false
  expect(await beat()).toMatchObject({ data: [{ lease_id: lease, answer: nonce }] })
  await until(async () => (await isConnected()) === true)
  stream.close()
})
