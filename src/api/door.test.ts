import { request as httpRequest } from 'node:http'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ApiVenue, SYMBOL, openMarket, type Market } from '../../test/support/api-venue.ts'
import { CODES } from '../messages/index.ts'
import { ENDPOINTS, type Problem } from '../wire/index.ts'
import { testFolder } from '../../test/support/test-folder.ts'

let venue: ApiVenue
let market: Market
beforeAll(async () => {
  const webRoot = testFolder('suan-web-')
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
  test('API-001 an unreadable request names every faulty field', async () => {
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

  test('API-004 a number beyond what the core counts with is named, not a fault of the server', async () => {
    const headers = { ...bearer(market.buyer.token), ...json }
    const body = JSON.stringify({ amount: '99999999999999999999', currency: 'CNY' })
    const asked = await raw('/v1/withdrawals', { method: 'POST', headers, body })
    expect(asked.response.status).toBe(422)
    expect(asked.problem()).toMatchObject({ code: 'FIELD_INVALID', facts: { field: 'amount' } })
  })

  test('API-004 the same where the answer brings a token', async () => {
    const headers = { ...bearer('suan_test_operator'), ...json }
    const issue = {
      label: 'l',
      scopes: ['trade'],
      credential: 'bearer',
      cap: '99999999999999999999',
    }
    const asked = await raw('/v1/keys', { method: 'POST', headers, body: JSON.stringify(issue) })
    expect(asked.response.status).toBe(422)
    expect(asked.problem()).toMatchObject({ code: 'FIELD_INVALID', facts: { field: 'cap' } })
  })

  test('API-002 an id of any length is not found, as a problem document', async () => {
    const headers = bearer(market.buyer.token)
    for (const id of ['9'.repeat(20), 'x'.repeat(5_000)]) {
      const { problem } = await raw(`/v1/orders/${id}`, { headers })
      expect(problem()).toMatchObject({ code: 'NOT_FOUND', status: 404 })
    }
  })

  test.each([
    ['not JSON', '{"symbol":', json],
    ['another type', 'symbol=x', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a poisoned object', '{"__proto__":{"x":1}}', json],
    ['half a character', '{"symbol":"\\ud800"}', json],
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
    expect(zh).toMatchObject({ code: 'NOT_FOUND', detail: '合约品种 NO 不存在。', rule: en.rule })
  })

  test('a refused field has the name and the words of the API, not of the core', async () => {
    const body = JSON.stringify({ label: 'link', scopes: ['read'], credential: 'link' })
    const headers = { ...bearer(market.buyer.token), ...json, 'accept-language': 'zh' }
    const { problem } = await raw('/v1/keys', { method: 'POST', headers, body })
    expect(problem()).toMatchObject({
      code: 'FIELD_INVALID',
      detail: '字段 expires_at 无效：会话和登录链接须在 30 天内到期。',
      facts: { field: 'expires_at' },
    })
  })

  test('a query that cannot be read, and a path that is nowhere', async () => {
    const limit = await raw(`/v1/instruments/${SYMBOL}/trades?limit=x`)
    expect(limit.problem().errors[0]?.field).toBe('limit')
    const cursor = await raw(`/v1/instruments/${SYMBOL}/trades?cursor=-`)
    expect(cursor.problem().errors[0]?.field).toBe('cursor')
    expect((await raw('/v1/nowhere')).problem().code).toBe('NOT_FOUND')
  })

  test('API-006 a read model that does not get there in two seconds is READ_LAG', async () => {
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

  test('MBR-009 a signature is taken once, for its own bytes, near its own time', async () => {
    const { node } = market
    const sent: { url: string; headers: Record<string, string>; status: number }[] = []
    const publicKey = (await market.seller.client.getNode({ params: { node_id: node.id } }))
      .public_key
    const record = (shiftMs: number, tamper: boolean) =>
      venue.client({
        signer: { publicKey, sign: async (bytes) => node.sign(bytes) },
        nowMs: () => Date.now() + shiftMs,
        fetch: async (url, init) => {
          const to = tamper ? url.replace('/v1/whoami', '/v1/nodes') : url
          const response = await fetch(to, init)
          sent.push({ url, headers: init.headers, status: response.status })
          return response
        },
      })
    expect((await record(0, false).whoAmI()).key.node_id).toBe(node.id)
    const again = await fetch(sent[0]!.url, { headers: sent[0]!.headers })
    expect(again.status).toBe(401)
    await expect(record(0, true).whoAmI()).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' })
    // The client looks at the exchange's clock then, and is heard the second time.
    const before = sent.length
    await record(-6_000, false).whoAmI()
    const asked = sent.slice(before).filter(({ url }) => url.endsWith('/v1/whoami'))
    expect(asked.map(({ status }) => status)).toEqual([401, 200])
  })

  test('a body that is not the one signed is refused', async () => {
    const { node } = market
    const client = venue.client({
      signer: {
        publicKey: (await market.seller.client.getNode({ params: { node_id: node.id } }))
          .public_key,
        sign: async (bytes) => node.sign(bytes),
      },
      fetch: (url, init) => fetch(url, { ...init, body: '{"status":"online","reason":"b"}' }),
    })
    const params = { node_id: node.id }
    const body = { status: 'online', reason: 'a' } as const
    await expect(client.setNodeStatus({ params, body })).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
    })
  })

  test('API-003 rates are told, and kept', async () => {
    const { response } = await raw('/v1/whoami', { headers: bearer(market.buyer.token) })
    expect(response.headers.get('ratelimit-policy')).toBe('"key";q=100000;w=10')
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
    expect(text).toMatch(/suan_read_model_lag_commands \d+\n/)
    expect(text).toMatch(/suan_read_model_lag_seconds \d+(\.\d+)?\n/)
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

  test('ENG-012 only a timer that is held can be released', async () => {
    const release = venue.operator.releaseTimer({ body: { timer: 1 } })
    await expect(release).rejects.toMatchObject({ code: 'NOT_FOUND', facts: { id: '1' } })
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
