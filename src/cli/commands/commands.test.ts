import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeExchange, runCli, type FakeExchange } from '../../../test/tools/cli-host.ts'

const hub = { id: 'hub_1', code: 'CN-GZ', name: { en: 'Guizhou', zh: '贵州' } }
const bundle = { cores: 1, memory_mib: 2_048, disk_mib: 1_024, cards: 0 }
const product = {
  id: 'sku_1',
  code: 'CPU.1',
  class: 'cpu',
  unit: 'core',
  bundle,
  name: { en: 'One core', zh: '单核' },
}
const instrument = { symbol: 'CPU-A-GZ', product, hub, currency: 'CNY' }
const offer = {
  node_id: 'node_1',
  account_id: 'acct_2',
  product_id: 'sku_1',
  product_code: 'CPU.1',
  class: 'cpu',
  unit: 'core',
  bundle,
  symbol: 'CPU-A-GZ',
  hub,
  grade: 'A',
  isolation: 'namespaces',
  price: '0.05',
  currency: 'CNY',
  max_units: 4,
  available_units: 3,
  until_at: null,
  next_commitment_at: null,
  blocked: null,
  interruptible: true,
}
const leg = {
  instrument_id: 'inst_1',
  symbol: 'CPU-A-GZ',
  units: 2,
  price: '0.05',
  principal: '0.10',
  fee: '0.0005',
  escrow: '0.1005',
  total: '0.1005',
  per_hour: '0.10',
  horizon_seconds: 3_600,
  hub,
  grade: 'A',
  node_id: 'node_1',
  isolation: 'none',
  interruptible: true,
  notice_seconds: 600,
  until_at: null,
  dimension: 'cores',
  post_order_body: { symbol: 'CPU-A-GZ', side: 'buy', units: 2, price: '0.05' },
}
const quote = {
  seq: 1,
  at: '',
  currency: 'CNY',
  available: true,
  legs: [leg],
  notices: [],
  unavailable: [],
}
const order = {
  id: 'ordr_1',
  units: 2,
  filled_units: 2,
  average_price: '0.05',
  cancel_reason: null,
  currency: 'CNY',
}
const refusal = {
  code: 'INSUFFICIENT_FUNDS',
  status: 402,
  detail: 'needs 1, 0 free',
  request_id: 'req_7',
  rule: 'LED-001',
  retryable: false,
  facts: {},
  errors: [{ field: 'units', code: 'too_many', message: 'at most 1' }],
}

const sold = {
  product,
  grades: [
    { grade: 'A', nodes: 2 },
    { grade: 'U', nodes: 1 },
  ],
  offers: {
    listed: 3,
    available: 2,
    available_units: 9,
    best_price: '0.05',
    best_symbol: 'CPU-A-GZ',
  },
  standard_price: { best: '0.06', mean: '0.065', offers: 1, without_factor: 1 },
  currency: 'CNY',
  instruments: [],
  trend: null,
}

let exchange: FakeExchange
let funds = true
let available = true
beforeAll(async () => {
  exchange = await fakeExchange({
    'GET /v1/status': () => ({ sandbox: true }),
    'GET /v1/offers': () => ({ data: available ? [offer] : [] }),
    'GET /v1/catalog': () => ({ data: [sold] }),
    'GET /v1/instruments': () => ({ data: [instrument] }),
    'GET /v1/instruments/CPU-A-GZ': () => instrument,
    'GET /v1/instruments/CPU-A-GZ/book': () => ({
      symbol: 'CPU-A-GZ',
      seq: 9,
      bids: [['0.04', 1, 1]],
      asks: [
        ['0.05', 2, 1],
        ['0.06', 5, 2],
      ],
    }),
    'GET /v1/hubs': () => ({ data: [hub] }),
    'POST /v1/orders/cancel-after': ({ body }) => {
      const { timeout_s: seconds } = body as { timeout_s: number }
      return { seq: 9, fires_at: seconds === 0 ? null : '2026-01-01T00:01:00Z' }
    },
    'GET /v1/orders': () => ({ data: [], next_cursor: null }),
    'POST /v1/quotes': () =>
      available
        ? quote
        : {
            ...quote,
            available: false,
            legs: [],
            unavailable: [{ symbol: 'CPU-A-GZ', why: 'NO_SINGLE_NODE', dimension: 'memory_mib' }],
          },
    'POST /v1/orders': () =>
      funds
        ? { order, fills: [], allocation_ids: ['alloc_1'], workload_ids: [] }
        : ([402, refusal] as const),
  })
})
afterAll(() => exchange.close())

const at = (...words: string[]): string[] => [
  '--url',
  exchange.url,
  '--key',
  'suan_test_k',
  ...words,
]
const sent = (line: string) =>
  exchange.received.filter((one) => `${one.method} ${one.path.split('?')[0]}` === line)

describe('catalog', () => {
  test('shows grades, offers and the price of a standard unit', async () => {
    const { code, stdout } = await runCli(at('catalog'))
    expect(code).toBe(0)
    const [head, row] = stdout.split('\n')
    expect(head).toContain('STANDARD PRICE')
    expect(row).toMatch(/CPU\.1 .* A:2 U:1 .* 2\/3 .* ¥0\.05\/core-hour .* ¥0\.06\/core-hour/)
    expect(JSON.parse((await runCli(at('catalog', '--json'))).stdout)).toEqual({ data: [sold] })
  })
})

describe('search', () => {
  test('shows a table in both languages, with the unit of the price', async () => {
    const { code, stdout, stderr } = await runCli(at('search', '--cpu', '2'))
    expect(code).toBe(0)
    expect(stdout).toContain('PRODUCT')
    expect(stdout).toContain('¥0.05/core-hour')
    expect(stderr).toContain('Next: suan quote --cpu 2')
    const chinese = await runCli(at('search', '--lang', 'zh'))
    expect(chinese.stdout).toContain('¥0.05/核时')
    expect(chinese.stdout).toContain('贵州')
  })

  test.each([
    ['json', (text: string) => JSON.parse(text).data[0].node_id],
    ['jsonl', (text: string) => JSON.parse(text).node_id],
    ['yaml', (text: string) => /node_id: (\w+)/.exec(text)?.[1]],
    ['csv', (text: string) => text.split('\r\n')[1]?.split(',')[0]],
    ['name', (text: string) => text.split('/')[0]],
  ])('-o %s prints nothing but data', async (format, read) => {
    const { stdout, stderr } = await runCli(at('search', '-o', format))
    expect(read(stdout)).toBe('node_1')
    expect(stderr).toBe('')
  })

  test('what does not fit is left out, and an empty list says what to do', async () => {
    const { code, stdout, stderr } = await runCli(at('search', '--cpu', '4'))
    expect([code, stdout]).toEqual([0, ''])
    expect(stderr).toContain('suan search --all')
  })
})

describe('wrong use ends with 2', () => {
  test.each([
    [['search', '--memory', '256'], '"256" is not a size'],
    [['search', '--grade', 'Z'], 'not one of A, B'],
    [['search', '--nope'], "unknown option '--nope'"],
    [['serch'], 'Did you mean search?'],
    [['market', 'book'], "missing required argument 'symbol'"],
    [['search', '-o', 'xml'], 'output "xml" is not known'],
    [['quote'], 'say what is needed'],
    [['quote', '--cpu', '1', '--hub', 'XX'], 'there are: CN-GZ'],
    [['buy', '--cpu', '1', '-y'], '--max-price'],
    [['buy', '--cpu', '1', '--max-price', '1'], 'add -y'],
    [['order', 'place', 'hold', 'X', '-n', '1'], 'not one of buy, sell'],
    [['order', 'place', 'buy', 'X', '-n', '1', '-p', '1', '--tif', 'GTD', '-y'], '--expire'],
    [['search', '--lang', 'fr'], '"fr" is not one of en, zh'],
    [['search', '--context', 'nowhere'], 'no context "nowhere"'],
  ])('%s', async (words, complaint) => {
    const { code, stdout, stderr } = await runCli(at(...words))
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(complaint)
  })

  test('the complaint is in the language asked for', async () => {
    const { code, stderr } = await runCli(['serch', '--lang', 'zh'])
    expect(code).toBe(2)
    expect(stderr).toContain('未知命令 "serch"')
    expect((await runCli(['serch'], { env: { LANG: 'zh_CN.UTF-8' } })).stderr).toContain('未知命令')
  })
})

describe('buying', () => {
  test('shows the plan, asks, and takes no for an answer with code 10', async () => {
    const before = sent('POST /v1/orders').length
    const { code, stdout, stderr } = await runCli(at('buy', '--cpu', '2'), { answer: false })
    expect([code, stdout]).toEqual([10, ''])
    expect(stderr).toContain('sandbox: play money')
    expect(stderr).toContain('2 × One core, grade A, in Guizhou')
    expect(stderr).toContain('NONE')
    expect(stderr).toContain('Buy for ¥0.1005?')
    expect(sent('POST /v1/orders')).toHaveLength(before)
  })

  test('with yes, the quoted order is placed', async () => {
    const words = at(
      'buy',
      '--cpu',
      '2',
      '--max-price',
      '0.5',
      '-y',
      '--max-cost',
      '3',
      '-o',
      'json',
    )
    const { code, stdout } = await runCli(words)
    expect(code).toBe(0)
    expect(JSON.parse(stdout).order.id).toBe('ordr_1')
    const [last] = sent('POST /v1/orders').slice(-1)
    expect(last?.body).toEqual({ ...leg.post_order_body, cap: '3.00' })
    expect(last?.headers['authorization']).toBe('Bearer suan_test_k')
    expect(last?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
    expect(sent('POST /v1/quotes').slice(-1)[0]?.body).toMatchObject({
      cores: 2,
      max_price: '0.50',
    })
  })

  test('a saved quote is an answer to how much it may cost', async () => {
    const stdin = JSON.stringify(quote)
    expect((await runCli(at('buy', '--quote', '-', '-y'), { stdin })).code).toBe(0)
    expect((await runCli(at('buy', '--quote', '-', '-y'), { stdin: 'x' })).code).toBe(2)
  })

  test('a refusal names code, text, fields, advice and request, and gives its exit code', async () => {
    funds = false
    const { code, stderr } = await runCli(at('buy', '--cpu', '2', '-p', '1', '-y'))
    funds = true
    expect(code).toBe(5)
    expect(stderr).toContain('INSUFFICIENT_FUNDS: needs 1, 0 free')
    expect(stderr).toContain('units: at most 1 (too_many)')
    expect(stderr).toContain('suan wallet balance')
    expect(stderr).toContain('request req_7, rule LED-001')
  })

  test('nothing on offer ends with 6 and says why', async () => {
    available = false
    const { code, stderr } = await runCli(at('buy', '--cpu', '2', '-p', '1', '-y'))
    const quoted = await runCli(at('quote', '--cpu', '2', '-o', 'json'))
    const chinese = await runCli(at('quote', '--cpu', '2', '--lang', 'zh'))
    available = true
    expect(code).toBe(6)
    expect(stderr).toContain('no single machine has enough memory (NO_SINGLE_NODE)')
    expect(quoted.code).toBe(6)
    expect(JSON.parse(quoted.stdout).available).toBe(false)
    expect([chinese.code, chinese.stdout]).toEqual([6, ''])
    expect(chinese.stderr).toContain('没有符合条件的挂牌')
    expect(chinese.stderr).toContain('没有单台机器有足够的内存 (NO_SINGLE_NODE)')
  })

  test('a dry run sends nothing and shows the call without the key', async () => {
    const before = sent('POST /v1/orders').length
    const plan = await runCli(at('buy', '--cpu', '2', '--dry-run'))
    expect(plan.code).toBe(0)
    expect(plan.stderr).toContain('nothing was sent')
    const faucet = await runCli(at('wallet', 'faucet', '5', '--dry-run'))
    expect(faucet.code).toBe(0)
    expect(faucet.stderr).toContain("curl -X POST -H 'accept-language: en'")
    expect(faucet.stderr).toContain('$SUAN_API_KEY')
    expect(faucet.stderr).not.toContain('suan_test_k')
    expect(sent('POST /v1/sandbox/faucet')).toHaveLength(0)
    expect(sent('POST /v1/orders')).toHaveLength(before)
  })
})

describe('market and orders', () => {
  test('cancel-after takes a duration or 0 and says when it fires', async () => {
    const { code, stdout } = await runCli(at('order', 'cancel-after', '1m', '--utc'))
    expect([code, stdout]).toEqual([0, expect.stringContaining('at 2026-01-01T00:01:00Z')])
    const off = await runCli(at('order', 'cancel-after', '0', '--lang', 'zh'))
    expect([off.code, off.stdout]).toEqual([0, '定时撤单已关闭。\n'])
    expect(sent('POST /v1/orders/cancel-after').map((one) => one.body)).toEqual([
      { timeout_s: 60 },
      { timeout_s: 0 },
    ])
    expect((await runCli(at('order', 'cancel-after', '60'))).code).toBe(2)
  })
  test('the book stands with its best prices in the middle', async () => {
    const { stdout } = await runCli(at('market', 'book', 'CPU-A-GZ'))
    const prices = [...stdout.matchAll(/¥([\d.]+)/g)].map((match) => match[1])
    expect(prices).toEqual(['0.06', '0.05', '0.04'])
  })

  test('nouns are taken in singular and plural, list also as ls', async () => {
    for (const words of [
      ['orders', 'ls'],
      ['order', 'list'],
    ]) {
      const { code, stderr } = await runCli(at(...words))
      expect(code).toBe(0)
      expect(stderr).toContain('No orders')
    }
  })
})

test('a server that is not there ends with 9', async () => {
  const { code, stderr } = await runCli(['search', '--url', 'http://127.0.0.1:1'])
  expect(code).toBe(9)
  expect(stderr).toContain('UNREACHABLE')
  expect(stderr).toContain('npm start')
})
