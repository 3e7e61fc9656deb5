import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeExchange, runCli, type FakeExchange } from '../../../test/tools/cli-host.ts'

const order = {
  id: 'ordr_1',
  side: 'buy',
  symbol: 'CPU-A-GZ',
  units: 2,
  filled_units: 0,
  price: '0.05',
  average_price: null,
  cancel_reason: 'FOK_UNFILLED',
  currency: 'CNY',
}
const band = {
  code: 'PRICE_BAND',
  status: 422,
  detail: 'The price 5.00 is outside the band 0.008 to 0.152.',
  request_id: 'req_7',
  rule: 'TRD-004',
  retryable: true,
  facts: {},
  errors: [],
}
const instrument = { symbol: 'CPU-A-GZ', currency: 'CNY', product: { unit: 'core' } }

let exchange: FakeExchange
beforeAll(async () => {
  exchange = await fakeExchange({
    'GET /v1/instruments': () => ({ data: [instrument] }),
    'POST /v1/transfers': () => ({ seq: 1, command_id: 'c', at: '' }),
    'POST /v1/withdrawals': () => ({ seq: 2, command_id: 'c', at: '', withdrawal_id: 'wdr_1' }),
    'POST /v1/sandbox/faucet': () => ({ seq: 3, command_id: 'c', at: '' }),
    'POST /v1/orders/check': ({ body }) => {
      const isHigh = (body as { price: string }).price === '5.00'
      return isHigh
        ? { problem: band, escrow: null, currency: 'CNY' }
        : { problem: null, escrow: '0.10', currency: 'CNY' }
    },
    'POST /v1/orders': () => ({ order, fills: [], allocation_ids: [], workload_ids: [] }),
    'GET /v1/orders/ordr_1': () => order,
    'PATCH /v1/orders/ordr_1': () => ({ units: 2, price: '0.06', kept_priority: true }),
  })
})
afterAll(() => exchange.close())

const at = (...words: string[]): string[] => ['--url', exchange.url, '--key', 'k', ...words]
const bodies = (line: string): unknown[] =>
  exchange.received.filter((one) => `${one.method} ${one.path}` === line).map((one) => one.body)

describe('wallet', () => {
  test('a transfer is asked for, named in words and sent', async () => {
    const words = at('wallet', 'transfer', '1,234.5', 'acct_3')
    const { code, stdout, stderr } = await runCli(words, { answer: true })
    expect([code, stdout]).toEqual([0, '¥1,234.50 moved to acct_3.\n'])
    expect(stderr).toContain('Transfer ¥1,234.50 to acct_3?')
    const body = { to_account_id: 'acct_3', amount: '1234.50', currency: 'CNY' }
    expect(bodies('POST /v1/transfers')).toEqual([body])
  })

  test('a withdrawal gives its id, in words and alone', async () => {
    const said = await runCli(at('wallet', 'withdraw', '3', '-y', '--lang', 'zh'))
    expect([said.code, said.stdout]).toEqual([0, '将提款 ¥3.00：提款单 wdr_1。\n'])
    const named = await runCli(at('wallet', 'withdraw', '3', '-y', '-o', 'name'))
    expect([named.code, named.stdout]).toEqual([0, 'wdr_1\n'])
    const body = { amount: '3.00', currency: 'CNY' }
    expect(bodies('POST /v1/withdrawals')).toEqual([body, body])
  })

  test('play money comes to the account asked for', async () => {
    const { code, stdout } = await runCli(at('wallet', 'faucet', '25', '--account', 'acct_9'))
    expect([code, stdout]).toEqual([0, '¥25.00 of play money added.\n'])
    expect(bodies('POST /v1/sandbox/faucet')).toEqual([{ amount: '25.00', account_id: 'acct_9' }])
  })

  test.each(['transfer', 'withdraw'])('%s without a yes moves nothing', async (verb) => {
    const words = at('wallet', verb, '5', ...(verb === 'transfer' ? ['acct_3'] : []))
    const before = exchange.received.length
    expect((await runCli(words, { answer: false })).code).toBe(10)
    const { code, stderr } = await runCli(words)
    expect(code).toBe(2)
    expect(stderr).toContain('add -y')
    // The amount is the limit; these commands know no other.
    expect(stderr).not.toContain('--max-price')
    expect(exchange.received).toHaveLength(before)
  })

  test('a dry run shows the call, and needs no yes', async () => {
    const before = exchange.received.length
    const { code, stderr } = await runCli(at('wallet', 'transfer', '5', 'acct_3', '--dry-run'))
    expect(code).toBe(0)
    expect(stderr).toContain('curl -X POST')
    expect(stderr).toContain('"to_account_id":"acct_3"')
    expect(stderr).toContain('nothing was sent')
    expect(exchange.received).toHaveLength(before)
  })

  test('too many words are one sentence', async () => {
    const { code, stderr } = await runCli(at('wallet', 'withdraw', '5', '6'))
    expect(code).toBe(2)
    expect(stderr).toContain('got 2. See --help.')
  })
})

describe('order place and amend', () => {
  const place = (...words: string[]) => at('order', 'place', 'buy', 'CPU-A-GZ', '-n', '2', ...words)

  test('the plan has units, and what was not filled is said in words', async () => {
    const { code, stdout, stderr } = await runCli(place('-p', '0.05', '-y'))
    expect(code).toBe(6)
    expect(stderr).toContain('buy 2 × CPU-A-GZ at ¥0.05/core-hour; held: ¥0.10')
    expect(stdout).toContain('FOK_UNFILLED. It could not be filled as a whole.')
  })

  test('what the check refuses is said once and not sent', async () => {
    const before = bodies('POST /v1/orders').length
    for (const more of [['-y'], ['--dry-run']]) {
      const { code, stdout, stderr } = await runCli(place('-p', '5', ...more))
      expect([code, stdout]).toEqual([6, ''])
      expect(stderr.match(/PRICE_BAND/g)).toHaveLength(1)
      expect(stderr).toContain('request req_7, rule TRD-004')
      expect(stderr).not.toContain('held')
    }
    expect(bodies('POST /v1/orders')).toHaveLength(before)
  })

  test('a dry run says so and shows the call', async () => {
    const { code, stderr } = await runCli(place('-p', '0.05', '--dry-run'))
    expect(code).toBe(0)
    expect(stderr).toContain('/v1/orders')
    expect(stderr).toContain('nothing was sent')
  })

  test('an amendment says what it becomes, with units, in both languages', async () => {
    const words = at('order', 'amend', 'ordr_1', '-p', '0.06')
    const said = await runCli(words, { answer: true })
    expect(said.stderr).toContain('Change order ordr_1 to 2 × CPU-A-GZ at ¥0.06/core-hour?')
    const kept = 'It kept its place in the queue.'
    expect(said.stdout).toBe(`Order ordr_1 is now 2 × CPU-A-GZ at ¥0.06/core-hour. ${kept}\n`)
    const chinese = await runCli([...words, '-y', '--lang', 'zh'])
    expect(chinese.stdout).toBe('委托 ordr_1 现为 2 × CPU-A-GZ，¥0.06/核时。排队位置不变。\n')
  })

  test('an amendment that changes nothing is wrong use', async () => {
    const { code, stderr } = await runCli(at('order', 'amend', 'ordr_1', '-y'))
    expect(code).toBe(2)
    expect(stderr).toContain('--units or --price')
  })
})
