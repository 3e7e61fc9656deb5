// What an attacker without a key, or a client with a slip, must not get.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ApiVenue, openParty, type Party } from '../../test/support/api-venue.ts'
import type { Problem } from '../wire/index.ts'

const ADDRESS = { name: 'address', requests: 200, seconds: 3_600 } as const
let venue: ApiVenue
let buyer: Party
beforeAll(async () => {
  const key = { name: 'key', requests: 1_000, seconds: 10 }
  venue = await ApiVenue.start({ rates: { key, address: ADDRESS } })
  buyer = await openParty(venue, 'buyer', '10.00')
})
afterAll(() => venue.stop())

async function codeOf(path: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(`${venue.url}${path}`, init)
  return ((await response.json()) as Problem).code
}
const json = { 'content-type': 'application/json' }

test.each([
  '?validate=1',
  '?validate=True',
  '?validate=true&validate=true',
  '?validate',
  '?validate=false',
])(
  'API-001 an order that is to be checked only, said as %s, is not placed by mistake',
  async (query) => {
    const headers = { ...json, authorization: `Bearer ${buyer.token}` }
    const body = JSON.stringify({ symbol: 'NO', side: 'buy', units: 1, price: '0.10' })
    const code = await codeOf(`/v1/orders${query}`, { method: 'POST', headers, body })
    // Where it is read as an order, the symbol is looked for.
    expect(code).toBe(query === '?validate=false' ? 'NOT_FOUND' : 'MALFORMED')
  },
)

test('a page without an origin gets no socket with a cookie, and one without a cookie', async () => {
  const link = await buyer.client.issueKey({
    body: {
      label: 'link',
      scopes: ['read'],
      credential: 'link',
      expires_at: String(Math.floor(Date.now() / 1_000) + 600),
    },
  })
  const body = JSON.stringify({ link_token: link.token })
  const signedIn = await fetch(`${venue.url}/v1/sessions`, { method: 'POST', headers: json, body })
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const open = (headers: Record<string, string>) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(`${venue.url.replace('http', 'ws')}/v1/ws`, { headers })
      socket.on('open', () => {
        socket.close()
        resolve('open')
      })
      socket.on('error', (error) => resolve(error.message))
    })
  expect(await open({ origin: 'null', cookie })).toContain('403')
  expect(await open({ origin: 'null' })).toBe('open')
})

test('API-003 passwords are tried a few at a time, whatever names they are tried for', async () => {
  const tries = Array.from({ length: 60 }, (_, n) => {
    const body = JSON.stringify({ handle: `nobody-${n}`, password: 'x' })
    return codeOf('/v1/sessions', { method: 'POST', headers: json, body })
  })
  const codes = await Promise.all(tries)
  expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED', 'RATE_LIMITED']))
  const body = JSON.stringify({ handle: 'nobody-after', password: 'x' })
  expect(await codeOf('/v1/sessions', { method: 'POST', headers: json, body })).toBe(
    'UNAUTHENTICATED',
  )
})

test('API-003 requests with a wrong key count as those of their address', async () => {
  const headers = { authorization: 'Bearer wrong' }
  const codes: string[] = []
  for (let n = 0; n <= ADDRESS.requests; n++) codes.push(await codeOf('/v1/whoami', { headers }))
  expect([codes[0], codes.at(-1)]).toEqual(['UNAUTHENTICATED', 'RATE_LIMITED'])
  // Who has a key is not kept out by them.
  expect((await buyer.client.whoAmI()).account.id).toBe(buyer.account)
})
