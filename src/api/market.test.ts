import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApiVenue, SYMBOL, openMarket, type Market } from '../../test/support/api-venue.ts'
import { items } from '../client/index.ts'
import { newCommandId } from '../kernel/index.ts'

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

const newId = (): string => newCommandId(Date.now(), crypto.getRandomValues(new Uint8Array(10)))
const bid = { symbol: SYMBOL, side: 'buy', units: 1, price: '0.05' } as const

describe('market', () => {
  test('goods, status and limits are public', async () => {
    const anyone = venue.client()
    const { data } = await anyone.listInstruments()
    expect(data[0]).toMatchObject({ symbol: SYMBOL, tick_size: '0.001', band_low: '0.01' })
    expect(await anyone.getStatus()).toMatchObject({ venue: 'test', sandbox: true })
    expect((await anyone.listHubs()).data[0]?.code).toBe('LAB')
    expect((await anyone.listProducts()).data[0]?.bundle.memory_mib).toBe(512)
    expect((await anyone.getLimits()).limits.length).toBeGreaterThan(10)
    expect((await anyone.getTime()).seq).toBeGreaterThan(10)
    expect((await anyone.listTickers()).data[0]?.ask).toBe('0.10')
    await expect(anyone.getBook({ params: { symbol: 'GPU' } })).rejects.toThrow('GPU')
  })

  test('offers are filtered', async () => {
    const anyone = venue.client()
    const count = async (query: object) => (await anyone.listOffers({ query })).data.length
    expect(await count({ class: 'cpu', hub: 'LAB', price_lte: '0.1', grade_gte: 'U' })).toBe(1)
    expect(await count({ class: 'gpu' })).toBe(0)
    expect(await count({ price_lte: '0.099' })).toBe(0)
    expect(await count({ grade_gte: 'E' })).toBe(0)
  })

  test('a quote prices the offer in the book; the order in it buys; all is found again', async () => {
    const { client } = market.buyer
    const book = await client.getBook({ params: { symbol: SYMBOL } })
    expect(book.asks).toEqual([['0.10', 4, 1]])
    const need = { class: 'cpu', cores: 2, memory_mib: 512, duration_seconds: 1_800 } as const
    const quote = await client.createQuote({ body: need })
    // 2 cores x 0.10 for 30 min = 0.10, fee 500 ppm = 0.00005
    expect(quote).toMatchObject({ available: true, total: '0.10005', escrow: '0.10005' })
    const placed = await client.placeOrder({ body: quote.post_order_body! })
    expect(placed.order).toMatchObject({ status: 'filled', filled_units: 2, average_price: '0.10' })
    expect(placed.fills).toMatchObject([{ price: '0.10', units: 2, liquidity: 'taker' }])
    expect(placed.allocation_ids).toHaveLength(1)
    const query = { min_seq: placed.seq }
    const fills = await client.listFills({ query })
    expect(fills.data).toEqual(placed.fills)
    const trades = await client.listTrades({ params: { symbol: SYMBOL }, query })
    expect(trades.data).toMatchObject([{ id: placed.fills[0]?.trade_id, units: 2 }])
    const candles = await client.listCandles({ params: { symbol: SYMBOL }, query })
    expect(candles.data[0]?.slice(1)).toEqual(['0.10', '0.10', '0.10', '0.10', 2, 1])
    const ticker = await client.getTicker({ params: { symbol: SYMBOL } })
    expect(ticker).toMatchObject({ last: '0.10', vwap: '0.10', units: 2 })
    const ledger = await client.listLedger({ query: { ...query, limit: 200 } })
    const escrow = ledger.data.find((line) => line.account_name === 'lease_escrow')
    expect(escrow).toMatchObject({ owner_id: placed.fills[0]?.lease_id, amount: '-0.10' })
    const sold = await market.seller.client.listSoldLeases()
    expect(sold.data.map((lease) => lease.id)).toEqual([placed.fills[0]?.lease_id])
  })

  test('the catalogue has grades, offers, no standard price of an unrated machine, and the trend', async () => {
    const { seq } = await venue.client().getTime()
    const { data } = await venue.client().getCatalog({ query: { min_seq: seq } })
    expect(data).toMatchObject([
      {
        product: { class: 'cpu' },
        grades: [{ grade: 'U', nodes: 1 }],
        offers: {
          listed: 1,
          available: 1,
          available_units: 2,
          best_price: '0.10',
          best_symbol: SYMBOL,
        },
        standard_price: { best: null, mean: null, offers: 0, without_factor: 1 },
        instruments: [{ symbol: SYMBOL, available_units: 2, best_ask: '0.10', last_price: '0.10' }],
        trend: { symbol: SYMBOL, interval: '1h' },
      },
    ])
    expect(data[0]?.trend?.data[0]?.slice(1)).toEqual(['0.10', '0.10', '0.10', '0.10', 2, 1])
  })

  test('what cannot be had is said, with the dimension', async () => {
    const { client } = market.buyer
    const quote = await client.createQuote({ body: { class: 'cpu', cores: 64, colocate: true } })
    expect(quote).toMatchObject({ available: false, legs: [], post_order_body: null })
    expect(quote.unavailable[0]?.symbol).toBe(SYMBOL)
  })
})

describe('orders', () => {
  test('rest, are listed, amended, and cancelled', async () => {
    const { client } = market.buyer
    const placed = await client.placeOrder({ body: { ...bid, units: 3, client_order_id: 'a' } })
    expect(placed.order).toMatchObject({ status: 'open', remaining_units: 3, price: '0.05' })
    const params = { order_id: placed.order.id }
    const got = await client.getOrder({ params })
    expect(got).toMatchObject({ ...placed.order, held: '0.150075' })
    expect(await client.getOrderByClientId({ params: { client_order_id: 'a' } })).toEqual(got)
    expect((await client.listOrders({ query: { symbol: SYMBOL } })).data).toEqual([got])
    const amended = await client.amendOrder({ params, body: { units: 2 } })
    expect(amended).toMatchObject({ units: 2, price: '0.05', kept_priority: true })
    const cancelled = await client.cancelOrder({ params })
    expect(cancelled.order_ids).toEqual([placed.order.id])
    expect(await client.getOrder({ params, query: { min_seq: cancelled.seq } })).toMatchObject({
      status: 'cancelled',
      cancel_reason: 'BY_OWNER',
    })
  })

  test('the same id gives the same answer; another body is refused', async () => {
    const { token } = market.buyer
    const send = async (key: string, units: number) => {
      const response = await fetch(`${venue.url}/v1/orders`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify({ ...bid, units }),
      })
      return { response, body: await response.text() }
    }
    const id = newId()
    const first = await send(id, 1)
    const again = await send(id, 1)
    expect(first.response.status).toBe(200)
    expect(first.response.headers.get('idempotency-replayed')).toBe(null)
    expect(again.response.headers.get('idempotency-replayed')).toBe('true')
    expect(again.body).toBe(first.body)
    const other = await send(id, 2)
    expect(other.response.status).toBe(422)
    expect(JSON.parse(other.body).code).toBe('COMMAND_ID_REUSED')
    expect((await send('not-an-id', 1)).response.status).toBe(400)
    const old = await send(newCommandId(Date.now() - 90_000_000, new Uint8Array(10)), 1)
    expect(JSON.parse(old.body).code).toBe('COMMAND_ID_EXPIRED')
    await market.buyer.client.cancelOrders()
  })

  test('API-004 a batch stands or falls order by order; cancel all takes what is left', async () => {
    const { client } = market.buyer
    const orders = [bid, { ...bid, price: '0.0501' }, { ...bid, symbol: 'NO' }, bid]
    const id = newId()
    const { results } = await client.placeOrders({ body: { orders }, idempotencyKey: id })
    expect(results.map((one) => one.problem?.code ?? one.placed?.order.status)).toEqual([
      'open',
      'FIELD_INVALID',
      'NOT_FOUND',
      'open',
    ])
    expect(results[1]?.problem?.detail).toContain('0.001 CNY')
    const again = await client.placeOrders({ body: { orders }, idempotencyKey: id })
    expect(again.results[3]).toEqual(results[3])
    const seen: string[] = []
    for await (const order of items((page) =>
      client.listOrders({ query: { ...page, limit: 1 } }),
    )) {
      seen.push(order.id)
    }
    expect(seen).toHaveLength(2)
    const { order_ids: ids } = await client.cancelOrders({ query: { symbol: SYMBOL } })
    expect(ids.toSorted()).toEqual(seen.toSorted())
  })

  test('TRD-035 cancel-after cancels what is open when its time passes', async () => {
    const { client } = market.buyer
    const { order } = await client.placeOrder({ body: bid })
    const { fires_at: firesAt, at } = await client.cancelAfter({ body: { timeout_s: 1 } })
    expect(Date.parse(firesAt ?? '') - Date.parse(at)).toBe(1_000)
    const params = { order_id: order.id }
    await expect
      .poll(() => client.getOrder({ params }), { timeout: 50_000 })
      .toMatchObject({ status: 'cancelled', cancel_reason: 'CANCEL_AFTER' })
    const off = await client.cancelAfter({ body: { timeout_s: 0 } })
    expect(off.fires_at).toBe(null)
    await expect(client.cancelAfter({ body: { timeout_s: 86_401 } })).rejects.toMatchObject({
      code: 'MALFORMED',
    })
  })

  test('a dry run says what an order would hold, or why not, and writes nothing', async () => {
    const { client, token } = market.buyer
    const before = (await client.getTime()).seq
    const checkedOrder = await client.checkOrder({ body: { ...bid, units: 2 } })
    expect(checkedOrder).toMatchObject({ valid: true, escrow: '0.10005' })
    const dear = await client.checkOrder({ body: { ...bid, units: 100_000 } })
    expect(dear.problem).toMatchObject({ code: 'INSUFFICIENT_FUNDS', status: 402 })
    const response = await fetch(`${venue.url}/v1/orders?validate=true`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(bid),
    })
    expect(await response.json()).toMatchObject({ valid: true })
    expect((await client.getTime()).seq).toBe(before)
  })

  test('a halted market says so; the operator lets it go on', async () => {
    const { operator } = venue
    const params = { symbol: SYMBOL }
    await operator.setInstrumentStatus({ params, body: { status: 'halted', reason: 'test' } })
    const { client } = market.buyer
    await expect(client.placeOrder({ body: bid })).rejects.toMatchObject({
      code: 'MARKET_HALTED',
      status: 409,
    })
    expect((await client.checkOrder({ body: bid })).problem?.code).toBe('MARKET_HALTED')
    await operator.setInstrumentStatus({ params, body: { status: 'listed', reason: 'test' } })
    await operator.setReference({ params, body: { reference_price: '0.20', band_ppm: 500_000 } })
    expect(await client.getInstrument({ params })).toMatchObject({ band_low: '0.10' })
    const dear = { ...bid, price: '0.301' }
    const facts = { price: '0.301', low: '0.10', high: '0.30', asset: 'CNY' }
    const detail = 'The price 0.301 CNY per unit-hour is outside the band 0.10 to 0.30 CNY.'
    await expect(client.placeOrder({ body: dear })).rejects.toMatchObject({
      code: 'PRICE_BAND',
      message: detail,
    })
    const { problem } = await client.checkOrder({ body: dear })
    expect(problem).toMatchObject({ code: 'PRICE_BAND', facts, detail })
    const { order } = await client.placeOrder({ body: { ...bid, price: '0.02' } })
    const amended = { params: { order_id: order.id }, body: { price: '0.301' } }
    await expect(client.amendOrder(amended)).rejects.toMatchObject({ code: 'PRICE_BAND', facts })
    await client.cancelOrder({ params: amended.params })
    const closed = { code: 'ORDER_CLOSED', facts: { id: order.id } }
    await expect(client.cancelOrder({ params: amended.params })).rejects.toMatchObject(closed)
    await operator.setReference({ params, body: { reference_price: '0.10', band_ppm: 900_000 } })
  })
})

describe('money', () => {
  test('balances, transfer between own accounts, withdrawal, budget', async () => {
    const { client, member, account } = market.buyer
    const second = await venue.operator.openAccount({
      body: { member_id: member, handle: 'second' },
    })
    const other = second.account_id
    await client.transfer({ body: { to_account_id: other, amount: '1.50', currency: 'CNY' } })
    const query = { account_id: other }
    expect((await client.listBalances({ query })).data).toMatchObject([{ available: '1.50' }])
    expect((await client.listAccounts()).data.map((one) => one.id)).toEqual([account, other])
    const withdrawn = await client.withdraw({ body: { amount: '2.00', currency: 'CNY' } })
    expect((await client.listBalances()).data[0]?.withdrawing).toBe('2.00')
    await venue.operator.settleWithdrawal({
      params: { withdrawal_id: withdrawn.withdrawal_id },
      body: { confirmed: false },
    })
    const budget = { scope: 'account', subject_id: account, period: 'total' } as const
    await client.setBudget({ body: { ...budget, limit: '0.30' } })
    expect((await client.listBudgets()).data).toMatchObject([{ ...budget, limit: '0.30' }])
    await expect(client.placeOrder({ body: { ...bid, units: 50 } })).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      status: 402,
    })
    await client.removeBudget({ query: budget })
    expect((await client.listBudgets()).data).toEqual([])
  })

  test('the faucet gives play money, so much a call', async () => {
    const { client } = market.buyer
    const before = (await client.listBalances()).data[0]?.available
    await client.faucet({ body: { amount: '10.00' } })
    const after = (await client.listBalances()).data[0]?.available
    expect(Number(after) - Number(before)).toBeCloseTo(10)
    await expect(client.faucet({ body: { amount: '10000.01' } })).rejects.toMatchObject({
      code: 'MALFORMED',
    })
  })
})
