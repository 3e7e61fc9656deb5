import { request as httpRequest } from 'node:http'
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import {
  ApiVenue,
  SYMBOL,
  openMarket,
  openParty,
  type Market,
} from '../../test/support/api-venue.ts'
import { CODES } from '../messages/index.ts'
import { ENDPOINTS, type Endpoint, type EndpointName, type Problem } from '../wire/index.ts'

let venue: ApiVenue
let market: Market
beforeAll(async () => {
  const webRoot = mkdtempSync(join(tmpdir(), 'suan-web-'))
  mkdirSync(join(webRoot, 'assets'))
  writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>page</title>')
  writeFileSync(join(webRoot, 'assets/a.js'), 'export {}')
  venue = await ApiVenue.start({ webRoot })
  market = await openMarket(venue)
})
afterAll(async () => {
  market.stream.close()
  await venue.stop()
})

interface Raw {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string
}
async function raw(path: string, init: Raw = {}) {
  const response = await fetch(`${venue.url}${path}`, init)
  const text = await response.text()
  return { response, text, problem: () => JSON.parse(text) as Problem }
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const json = { 'content-type': 'application/json' }

describe('problem documents', () => {
  test('an unreadable request names every faulty field', async () => {
    const body = JSON.stringify({ symbol: SYMBOL, side: 'hold', units: 0, prize: '1' })
    const headers = { ...bearer(market.buyer.token), ...json }
    const { response, problem } = await raw('/v1/orders', { method: 'POST', headers, body })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(problem()).toMatchObject({ code: 'MALFORMED', status: 400, instance: '/v1/orders' })
    expect(problem().request_id).toBe(response.headers.get('x-request-id'))
    const fields = problem().errors.map((one) => one.field)
    expect(fields.toSorted()).toEqual(['prize', 'side', 'units'])
  })

  test.each([
    ['not JSON', '{"symbol":', json],
    ['another type', 'symbol=x', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a poisoned object', '{"__proto__":{"x":1}}', json],
    ['nothing', '', json],
  ])('%s is MALFORMED', async (_what, body, type) => {
    const headers = { ...bearer(market.buyer.token), ...type }
    const { problem } = await raw('/v1/orders', { method: 'POST', headers, body })
    expect(problem()).toMatchObject({ code: 'MALFORMED', status: 400 })
  })

  test('texts come in the language asked for, codes do not change', async () => {
    const get = (language: string) =>
      raw('/v1/instruments/NO', { headers: { 'accept-language': language } })
    const [en, zh] = [(await get('en')).problem(), (await get('zh-CN,zh;q=0.9')).problem()]
    expect(en).toMatchObject({ code: 'NOT_FOUND', detail: 'There is no instrument NO.' })
    expect(zh).toMatchObject({ code: 'NOT_FOUND', detail: 'instrument NO 不存在。', rule: en.rule })
  })

  test('a query that cannot be read, and a path that is nowhere', async () => {
    const limit = await raw(`/v1/instruments/${SYMBOL}/trades?limit=x`)
    expect(limit.problem().errors[0]?.field).toBe('limit')
    const cursor = await raw(`/v1/instruments/${SYMBOL}/trades?cursor=-`)
    expect(cursor.problem().errors[0]?.field).toBe('cursor')
    expect((await raw('/v1/nowhere')).problem().code).toBe('NOT_FOUND')
  })

  test('a read model that does not get there in two seconds is READ_LAG', async () => {
    const headers = bearer(market.buyer.token)
    const { response, problem } = await raw('/v1/fills?min_seq=999999', { headers })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(problem()).toMatchObject({ code: 'READ_LAG', retryable: true })
  })
})

describe('keys', () => {
  test('no key, a wrong one, one without the scope, a revoked one', async () => {
    const code = async (headers: Record<string, string>, path = '/v1/balances') =>
      (await raw(path, { headers })).problem().code
    expect(await code({})).toBe('UNAUTHENTICATED')
    expect(await code(bearer('wrong'))).toBe('UNAUTHENTICATED')
    expect(await code({ authorization: 'Basic x' })).toBe('UNAUTHENTICATED')
    const { client } = market.buyer
    const issued = await client.issueKey({ body: { label: 'narrow', scopes: ['trade'] } })
    const narrow = bearer(issued.token ?? '')
    expect(await code(narrow)).toBe('SCOPE_MISSING')
    expect((await client.listKeys()).data.map((key) => key.label)).toContain('narrow')
    await client.revokeKey({ params: { key_id: issued.key.id } })
    expect(await code(narrow, '/v1/whoami')).toBe('KEY_EXPIRED')
  })

  test('a key cannot give more than it has', async () => {
    const { client } = market.buyer
    const body = { label: 'more', scopes: ['admin' as const] }
    await expect(client.issueKey({ body })).rejects.toMatchObject({ code: 'KEY_BEYOND_ISSUER' })
  })

  test('the same request for a key gives the same token', async () => {
    const { client } = market.buyer
    const args = {
      body: { label: 'again', scopes: ['read' as const] },
      idempotencyKey: `${Date.now().toString(16).padStart(12, '0')}${'7'.repeat(20)}`,
    }
    const first = await client.issueKey(args)
    expect(await client.issueKey(args)).toEqual(first)
    expect(first.token).toMatch(/^suan_test_/)
  })

  test('a signature is taken once, for its own bytes, near its own time', async () => {
    const { node } = market
    const sent: { url: string; headers: Record<string, string> }[] = []
    const publicKey = (await market.seller.client.getNode({ params: { node_id: node.id } }))
      .public_key
    const record = (shiftMs: number, tamper: boolean) =>
      venue.client({
        signer: { publicKey, sign: async (bytes) => node.sign(bytes) },
        nowMs: () => Date.now() + shiftMs,
        fetch: (url, init) => {
          sent.push({ url, headers: init.headers })
          return fetch(tamper ? url.replace('/v1/whoami', '/v1/nodes') : url, init)
        },
      })
    expect((await record(0, false).whoAmI()).key.node_id).toBe(node.id)
    const again = await fetch(sent[0]!.url, { headers: sent[0]!.headers })
    expect(again.status).toBe(401)
    await expect(record(0, true).whoAmI()).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
    await expect(record(-6_000, false).whoAmI()).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    })
  })

  test('a body that is not the one signed is refused', async () => {
    const { node } = market
    const client = venue.client({
      signer: {
        publicKey: (await market.seller.client.getNode({ params: { node_id: node.id } }))
          .public_key,
        sign: async (bytes) => node.sign(bytes),
      },
      fetch: (url, init) => fetch(url, { ...init, body: String(init.body).replace('a', 'b') }),
    })
    const params = { node_id: node.id }
    const body = { status: 'online', reason: 'a' } as const
    await expect(client.setNodeStatus({ params, body })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    })
  })

  test('rates are told, and kept', async () => {
    const { response } = await raw('/v1/whoami', { headers: bearer(market.buyer.token) })
    expect(response.headers.get('ratelimit-policy')).toBe('"key";q=20000;w=10')
    expect(response.headers.get('ratelimit')).toMatch(/^"key";r=\d+;t=\d+$/)
    const password = JSON.stringify({ handle: 'nobody', password: 'x' })
    const tries = Array.from({ length: 11 }, () =>
      raw('/v1/sessions', { method: 'POST', headers: json, body: password }),
    )
    const codes = (await Promise.all(tries)).map(({ problem }) => problem().code)
    expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(10)
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(1)
  })
})

describe('sessions', () => {
  const cookieOf = (response: Response) => response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const signIn = (body: object) =>
    raw('/v1/sessions', { method: 'POST', headers: json, body: JSON.stringify(body) })

  test('a link works once; its cookie reads, and writes only with the CSRF header', async () => {
    const { client } = market.buyer
    const link = await client.issueKey({
      body: {
        label: 'link',
        scopes: ['read', 'trade'],
        credential: 'link',
        expires_at: String(Math.floor(Date.now() / 1_000) + 600),
      },
    })
    expect((await raw('/v1/whoami', { headers: bearer(link.token ?? '') })).response.status).toBe(
      401,
    )
    const { response, text } = await signIn({ link_token: link.token })
    expect(response.status).toBe(200)
    expect(response.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Strict$/)
    const { whoami } = JSON.parse(text)
    expect(whoami.scopes).toEqual(['read', 'trade'])
    expect((await signIn({ link_token: link.token })).response.status).toBeGreaterThanOrEqual(400)
    const cookie = cookieOf(response)
    const me = JSON.parse((await raw('/v1/whoami', { headers: { cookie } })).text)
    expect(me.csrf_token).toBe(whoami.csrf_token)
    const order = JSON.stringify({ symbol: SYMBOL, side: 'buy', units: 1, price: '0.02' })
    const write = (headers: object) =>
      raw('/v1/orders', { method: 'POST', headers: { cookie, ...json, ...headers }, body: order })
    expect((await write({})).response.status).toBe(401)
    expect((await write({ 'x-suan-csrf': 'x' })).response.status).toBe(401)
    const csrf = { 'x-suan-csrf': me.csrf_token as string }
    expect((await write(csrf)).response.status).toBe(200)
    const out = await raw('/v1/sessions', { method: 'DELETE', headers: { cookie, ...csrf } })
    expect(out.response.status).toBe(200)
    expect((await raw('/v1/whoami', { headers: { cookie } })).response.status).toBe(401)
  })

  test('a password opens a session of the member; a wrong one does not', async () => {
    const body = { member_id: market.seller.member, handle: 'Lin.W', password: 'correct horse' }
    await venue.operator.addUser({ body })
    const { text } = await signIn({ handle: 'Lin.W', password: 'correct horse' })
    const { whoami } = JSON.parse(text)
    expect(whoami.account.id).toBe(market.seller.account)
    expect(whoami.scopes).toContain('provide')
    expect(whoami.scopes).not.toContain('admin')
    const wrong = await signIn({ handle: 'Lin.W', password: 'correct house' })
    expect(wrong.problem().code).toBe('UNAUTHENTICATED')
    expect((await signIn({ handle: 'Lin.W' })).problem().code).toBe('MALFORMED')
  })

  test('a page of another site gets no socket with this browser’s cookie', async () => {
    const link = await market.buyer.client.issueKey({
      body: {
        label: 'link',
        scopes: ['read'],
        credential: 'link',
        expires_at: String(Math.floor(Date.now() / 1_000) + 600),
      },
    })
    const cookie = cookieOf((await signIn({ link_token: link.token })).response)
    const open = (origin: string) =>
      new Promise<string>((resolve) => {
        const address = `${venue.url.replace('http', 'ws')}/v1/ws`
        const socket = new WebSocket(address, { headers: { cookie, origin } })
        socket.on('open', () => {
          socket.close()
          resolve('open')
        })
        socket.on('error', (error) => resolve(error.message))
      })
    expect(await open(venue.url)).toBe('open')
    expect(await open('http://evil.test')).toContain('403')
  })
})

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
    const others = ['GET /livez', 'GET /readyz', 'GET /metrics', 'GET /v1/ws', 'GET /*', 'HEAD /*']
    const there = routes().map(({ method, url }) => `${method} ${url}`)
    expect(there.toSorted()).toEqual([...table, ...others].toSorted())
  })

  test('on every route: nothing private, and no change', async () => {
    const stranger = await openParty(venue, 'provider', '5.00')
    const before = await snapshotOf()
    for (const { method, url } of routes()) {
      if (url === '/v1/ws' || url === '/*') continue
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
        if (url.includes(':')) expect([method, target, response.status >= 400]).toContain(true)
      }
    }
    expect(await snapshotOf()).toEqual(before)
  })

  test('on every route without a key: nothing but what is public', async () => {
    for (const { method, url } of routes()) {
      if (url === '/v1/ws' || url === '/*' || isPublic(method, url)) continue
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
      setNodeStatus: { status: 'maintenance' },
      setOffer: { price: '0.01', max_units: 1 },
      reportEvaluation: {
        node_id: node.id,
        suite: 'x',
        metrics: [],
        provisional: false,
        digest: '00'.repeat(32),
        signature: '00'.repeat(64),
        measured_at: '1',
      },
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

describe('the document, health and the page', () => {
  test('OpenAPI 3.1 has every endpoint, by its name', async () => {
    const document = JSON.parse((await raw('/v1/openapi.json')).text)
    expect(document.openapi).toBe('3.1.0')
    const names = Object.values(document.paths as Record<string, object>)
      .flatMap((path) => Object.values(path as Record<string, { operationId: string }>))
      .map((operation) => operation.operationId)
    expect(names.toSorted()).toEqual(Object.keys(ENDPOINTS).toSorted())
    expect(document.paths['/v1/orders/{order_id}'].patch.requestBody).toBeDefined()
  })

  test('livez, readyz, metrics', async () => {
    expect((await raw('/livez')).response.status).toBe(200)
    expect(JSON.parse((await raw('/readyz')).text).status).toBe('ok')
    const { text } = await raw('/metrics')
    expect(text).toMatch(/suan_orders_total\{side="buy",result="accepted"\} [1-9]/)
    expect(text).toMatch(/suan_command_seq [1-9]/)
  })

  test('the page is served with a strict policy, and has its own paths', async () => {
    const page = await raw('/', { headers: { accept: 'text/html' } })
    expect(page.text).toContain('<title>page')
    expect(page.response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.response.headers.get('cache-control')).toBe('no-cache')
    const asset = await raw('/assets/a.js')
    expect(asset.response.headers.get('cache-control')).toContain('immutable')
    const deep = await raw('/market/CPU', { headers: { accept: 'text/html' } })
    expect(deep.text).toContain('<title>page')
    expect(deep.response.headers.get('content-security-policy')).toContain("'self'")
    expect((await raw('/v1/no', { headers: { accept: 'text/html' } })).response.status).toBe(404)
    const outside = await statusOf('/..%2f..%2fetc%2fpasswd')
    expect(outside).toBeGreaterThanOrEqual(400)
  })

  test('every code of the door has a status that HTTP knows', () => {
    for (const { http } of Object.values(CODES)) expect(http).toBeGreaterThanOrEqual(400)
  })
})

/** fetch would tidy the path first */
function statusOf(path: string): Promise<number> {
  const { hostname, port } = new URL(venue.url)
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}
