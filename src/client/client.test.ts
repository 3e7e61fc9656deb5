import { describe, expect, test } from 'vitest'
import { createClient, hasCode, items, type Fetch, type SuanError } from './index.ts'

interface Sent {
  readonly url: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: unknown
}

function answering(...answers: readonly (readonly [number, unknown] | Error)[]) {
  const sent: Sent[] = []
  const waits: number[] = []
  const fetch: Fetch = async (url, init) => {
    sent.push({ url, method: init.method, headers: init.headers, body: init.body })
    const answer = answers[Math.min(sent.length, answers.length) - 1]!
    if (answer instanceof Error) throw answer
    return new Response(JSON.stringify(answer[1]), { status: answer[0] })
  }
  const client = createClient({
    baseUrl: 'http://exchange.test',
    token: 'suan_test_1',
    fetch,
    sleep: async (ms) => void waits.push(ms),
    nowMs: () => 1_700_000_000_000,
  })
  return { client, sent, waits }
}

const problem = (status: number, code: string, more = {}) =>
  [status, { code, status, detail: code, retryable: true, facts: {}, ...more }] as const

describe('calls', () => {
  test('path, query, token and body go where they belong', async () => {
    const { client, sent } = answering([200, { seq: 1 }])
    await client.amendOrder({ params: { order_id: 'ordr_1' }, body: { units: 2 } })
    await client.listOrders({ query: { symbol: 'CPU/A', status: 'open' } })
    expect(sent[0]).toMatchObject({
      url: 'http://exchange.test/v1/orders/ordr_1',
      method: 'PATCH',
      body: '{"units":2}',
    })
    expect(sent[0]?.headers['authorization']).toBe('Bearer suan_test_1')
    expect(sent[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
    expect(sent[1]?.url).toBe('http://exchange.test/v1/orders?symbol=CPU%2FA&status=open')
    expect(sent[1]?.headers['idempotency-key']).toBeUndefined()
  })

  test('a lost answer and a 503 are tried again with the same id', async () => {
    const gone = new TypeError('fetch failed')
    const { client, sent } = answering(gone, problem(503, 'NOT_DURABLE'), [200, { seq: 7 }])
    await expect(client.cancelOrder({ params: { order_id: 'ordr_1' } })).resolves.toEqual({
      seq: 7,
    })
    expect(new Set(sent.map((one) => one.headers['idempotency-key'])).size).toBe(1)
    expect(sent).toHaveLength(3)
  })

  test('a refusal is not tried again, nor a rate limit that is journaled', async () => {
    const refused = answering(problem(402, 'INSUFFICIENT_FUNDS', { facts: { needed: '1' } }))
    const error = await refused.client
      .closeAllocation({ params: { allocation_id: 'a' } })
      .catch((caught: unknown) => caught)
    expect(hasCode(error, 'INSUFFICIENT_FUNDS')).toBe(true)
    expect((error as SuanError).facts).toEqual({ needed: '1' })
    expect(refused.sent).toHaveLength(1)
    const limited = answering(problem(429, 'RATE_LIMITED', { seq: 9 }))
    await expect(limited.client.cancelOrders()).rejects.toThrow('RATE_LIMITED')
    expect(limited.sent).toHaveLength(1)
  })

  test('no two requests have one time, also when the clock is set forward and back', async () => {
    const times: string[] = []
    const client = createClient({
      baseUrl: '',
      signer: { publicKey: 'ab', sign: async () => 'sig' },
      fetch: async (_url, { headers }) => {
        times.push(headers['x-suan-timestamp'] ?? '')
        return new Response('{"seq":1}')
      },
      nowMs: () => 1_700_000_000_000 + (times.length % 2) * 600_000,
    })
    for (let i = 0; i < 4; i++) await client.getStatus()
    expect(new Set(times).size).toBe(4)
  })

  test('a write without an answer has status unknown and keeps its id', async () => {
    const { client, sent } = answering(new TypeError('fetch failed'))
    const error = (await client.cancelOrders().catch((caught: unknown) => caught)) as SuanError
    expect(error.code).toBe('STATUS_UNKNOWN')
    expect(error.idempotencyKey).toBe(sent[0]?.headers['idempotency-key'])
    expect(sent).toHaveLength(5)
  })

  test('a signer signs time, method, target and body', async () => {
    const signed: string[] = []
    const sent: Sent[] = []
    const client = createClient({
      baseUrl: '',
      signer: {
        publicKey: 'ab',
        sign: async (bytes) => {
          signed.push(new TextDecoder().decode(bytes))
          return 'sig'
        },
      },
      fetch: async (url, init) => {
        sent.push({ url, method: init.method, headers: init.headers, body: init.body })
        return new Response('{"seq":1}')
      },
      nowMs: () => 1_700_000_000_000,
    })
    await client.getStatus()
    await client.getStatus()
    const [first, second] = signed.map((text) => text.split('\n'))
    expect(first?.slice(1, 3)).toEqual(['GET', '/v1/status'])
    expect(first?.[3]).toMatch(/^e3b0c442/)
    expect(Number(second?.[0])).toBeGreaterThan(Number(first?.[0]))
    expect(sent[0]?.headers['x-suan-signature']).toBe('sig')
  })

  test('pages are walked to their end', async () => {
    const seen: string[] = []
    const pages = [
      { data: ['a', 'b'], next_cursor: 'c1' },
      { data: ['c'], next_cursor: null },
    ]
    for await (const item of items(async ({ cursor }) => pages[cursor === 'c1' ? 1 : 0]!)) {
      seen.push(item)
    }
    expect(seen).toEqual(['a', 'b', 'c'])
  })
})
