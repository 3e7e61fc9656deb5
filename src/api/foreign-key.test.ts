// A key of one member may find nothing private of another: tried on every route there is.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ApiVenue,
  SYMBOL,
  openMarket,
  openParty,
  type Market,
} from '../../test/support/api-venue.ts'
import { ENDPOINTS, type Endpoint, type EndpointName } from '../wire/index.ts'

let venue: ApiVenue
let market: Market
beforeAll(async () => {
  venue = await ApiVenue.start()
  market = await openMarket(venue)
})
afterAll(async () => {
  market.stream.close()
  await venue.stop()
})

async function raw(path: string, init: RequestInit = {}) {
  const response = await fetch(`${venue.url}${path}`, init)
  return { response, text: await response.text() }
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const json = { 'content-type': 'application/json' }

describe('what a key of another member finds', () => {
  /** ids of the buyer and the seller, to be put into every path */
  const ids: Record<string, string> = {}
  let secrets: string[] = []
  beforeAll(async () => {
    const { buyer, seller, node, goods } = market
    const placed = await buyer.client.placeOrder({
      body: {
        symbol: SYMBOL,
        side: 'buy',
        units: 1,
        price: '0.10',
        client_order_id: 'private-label',
        workload: { spec: { command: ['private-command'] } },
      },
    })
    const lease = placed.fills[0]?.lease_id ?? ''
    const resting = await buyer.client.placeOrder({
      body: { symbol: SYMBOL, side: 'buy', units: 1, price: '0.03' },
    })
    const own = await buyer.client.putObject({ body: new TextEncoder().encode('private-bytes') })
    const committed = await seller.client.commitCapacity({
      body: {
        node_id: node.id,
        resources: { cores: 1, memory_mib: 64, disk_mib: 0, cards: 0 },
        from_at: String(Math.floor(Date.now() / 1_000) + 86_400),
        until_at: String(Math.floor(Date.now() / 1_000) + 90_000),
        reason: 'own use',
      },
    })
    Object.assign(ids, {
      order_id: resting.order.id,
      client_order_id: 'private-label',
      allocation_id: placed.allocation_ids[0],
      workload_id: placed.workload_ids[0],
      lease_id: lease,
      node_id: node.id,
      key_id: (await buyer.client.whoAmI()).key.id,
      commitment_id: committed.commitment_id,
      digest: own.digest,
      sku_id: goods.product,
      symbol: SYMBOL,
      withdrawal_id: 'wdr_1',
      proposal_id: 'prop_1',
    })
    secrets = [
      'private-label',
      'private-command',
      'private-bytes',
      buyer.account,
      buyer.member,
      resting.order.id,
      placed.order.id,
      lease,
      String(placed.workload_ids[0]),
      String(placed.allocation_ids[0]),
      seller.member,
    ]
  })

  /** every route that the server really has: a new one cannot be forgotten */
  const routes = () => venue.api.routes

  test('every route is one of the table, or one of the few for operators', () => {
    const table = Object.values(ENDPOINTS).map(
      ({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
    )
    const others = ['GET /livez', 'GET /readyz', 'GET /metrics', 'GET /v1/ws']
    const there = routes().map(({ method, url }) => `${method} ${url}`)
    expect(there.toSorted()).toEqual([...table, ...others].toSorted())
  })

  test('API-002 on every route: nothing private, and no change', async () => {
    const stranger = await openParty(venue, 'provider', '5.00')
    const before = await snapshotOf()
    for (const { method, url } of routes()) {
      if (url === '/v1/ws') continue
      const path = url.replace(/:(\w+)/g, (_slot, name: string) => ids[name] ?? `no-${name}`)
      const query = method === 'GET' ? `?account_id=${market.buyer.account}` : ''
      for (const target of new Set([path, path + query])) {
        const body = bodyFor(method, url)
        const { response, text } = await raw(target, {
          method,
          headers: { ...bearer(stranger.token), ...(body === null ? {} : json) },
          ...(body === null ? {} : { body }),
        })
        if (isPublic(method, url)) continue
        const found = secrets.filter(
          (secret) => text.includes(secret) && !`${target}${body}`.includes(secret),
        )
        expect({ method, target, found }).toEqual({ method, target, found: [] })
        const isOfOthers = url.includes(':')
        expect([target, isOfOthers && response.status < 400]).toEqual([target, false])
      }
    }
    expect(await snapshotOf()).toEqual(before)
  })

  test('on every route without a key: nothing but what is public', async () => {
    for (const { method, url } of routes()) {
      if (url === '/v1/ws' || isPublic(method, url)) continue
      const path = url.replace(/:(\w+)/g, (_slot, name: string) => ids[name] ?? `no-${name}`)
      const body = bodyFor(method, url)
      const { response } = await raw(path, {
        method,
        ...(body === null ? {} : { headers: json, body }),
      })
      expect([method, path, response.status]).toEqual([method, path, 401])
    }
  })

  const endpointOf = (method: string, url: string): [EndpointName, Endpoint] | undefined =>
    (Object.entries(ENDPOINTS) as [EndpointName, Endpoint][]).find(
      ([, one]) => one.method === method && one.path.replace(/\{(\w+)\}/g, ':$1') === url,
    )
  const isPublic = (method: string, url: string): boolean =>
    (endpointOf(method, url)?.[1].access ?? 'public') === 'public'

  /** a body that gets past the schema, about the things of others */
  function bodyFor(method: string, url: string): string | null {
    const name = endpointOf(method, url)?.[0]
    if (method === 'GET' || method === 'DELETE' || name === undefined) return null
    const { buyer, node } = market
    const bodies: Partial<Record<EndpointName, object>> = {
      amendOrder: { units: 1 },
      setDuration: { duration_seconds: 60 },
      startWorkload: { spec: { command: ['x'] } },
      reclaimAllocation: { reason: 'other' },
      reportReady: { nonce: '00'.repeat(16) },
      reportProgress: { bytes_done: 1, bytes_total: 2 },
      reportStartFailure: { fault: 'provider', detail: '' },
      reportWorkload: { status: 'running' },
      reportMeters: {
        node_id: node.id,
        period: 1,
        previous: '00'.repeat(32),
        readings: [],
        signature: '00'.repeat(64),
      },
      attestNode: {
        attested: { cores: 1, memory_mib: 1, disk_mib: 0, cards: 0 },
        reserve: { cores: 0, memory_mib: 0, disk_mib: 0, cards: 0 },
        isolation: 'none',
        inventory_digest: '00'.repeat(32),
      },
      reportAbilities: { abilities: [] },
      setNodeStatus: { status: 'maintenance' },
      setOffer: { price: '0.01', max_units: 1 },
      requestRetest: { reason: 'too low' },
      commitCapacity: {
        node_id: node.id,
        resources: { cores: 1, memory_mib: 1, disk_mib: 0, cards: 0 },
        from_at: '4000000000',
        until_at: '4000000001',
        reason: 'x',
      },
      transfer: { to_account_id: buyer.account, amount: '0.01', currency: 'CNY' },
      issueKey: { label: 'x', scopes: ['read'], account_id: buyer.account },
      setBudget: {
        scope: 'account',
        subject_id: buyer.account,
        period: 'total',
        limit: '0.00',
      },
      faucet: { amount: '1.00', account_id: buyer.account },
    }
    return JSON.stringify(bodies[name] ?? {})
  }

  /** everything that others could have changed */
  async function snapshotOf() {
    const { buyer, seller } = market
    const params = { node_id: market.node.id }
    return {
      balances: await buyer.client.listBalances(),
      orders: await buyer.client.listOrders(),
      budgets: await buyer.client.listBudgets(),
      keys: await buyer.client.listKeys(),
      workloads: await buyer.client.listWorkloads(),
      node: await seller.client.getNode({ params }),
      offers: await seller.client.listOffers(),
    }
  }
})
