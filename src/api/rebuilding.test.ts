import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiVenue, SYMBOL, openMarket, type Market } from '../../test/support/api-venue.ts'

let venue: ApiVenue
let market: Market
let build = (): void => {}
const built = new Promise<void>((resolve) => {
  build = resolve
})
beforeAll(async () => {
  venue = await ApiVenue.start({ modelsAfter: built })
  market = await openMarket(venue)
})
afterAll(async () => {
  build()
  market.stream.close()
  await venue.stop()
})

test('API-007 before the history is there: sign-in, trading and own state work, history says REBUILDING', async () => {
  const { buyer, seller, goods } = market
  const ready = await fetch(`${venue.url}/readyz`)
  expect(await ready.json()).toMatchObject({ checks: { read_models: 'rebuilding' } })

  const link = await buyer.client.issueKey({
    body: {
      label: 'link',
      scopes: ['read', 'trade'],
      credential: 'link',
      expires_at: String(Math.floor(Date.now() / 1_000) + 600),
    },
  })
  const session = await venue.client().createSession({ body: { link_token: link.token ?? '' } })
  expect(session.whoami.account.id).toBe(buyer.account)

  const placed = await buyer.client.placeOrder({
    body: { symbol: SYMBOL, side: 'buy', units: 1, price: '0.10', time_in_force: 'IOC' },
  })
  expect(placed.order.status).toBe('filled')
  const resting = await buyer.client.placeOrder({
    body: { symbol: SYMBOL, side: 'buy', units: 1, price: '0.02' },
  })
  const open = await buyer.client.listOrders()
  expect(open.data.map((order) => order.id)).toEqual([resting.order.id])
  await buyer.client.cancelOrder({ params: { order_id: resting.order.id } })
  const params = { lease_id: placed.fills[0]?.lease_id ?? '' }
  expect(await buyer.client.getLease({ params })).toMatchObject({ status: 'matched' })
  const balances = await buyer.client.listBalances()
  expect(balances.data).toMatchObject([{ currency: 'CNY', available: '99.89995' }])
  const book = await buyer.client.getBook({ params: { symbol: SYMBOL } })
  expect(book.asks).toMatchObject([['0.10', 3, 1]])
  const offers = await seller.client.listOffers({ query: { available: true } })
  expect(offers.data).toMatchObject([{ product_id: goods.product }])

  const impatient = venue.client({ token: buyer.token, retries: 0 })
  await expect(impatient.listFills()).rejects.toMatchObject({ code: 'REBUILDING', status: 503 })
  build()
  const { data } = await buyer.client.listFills({ query: { min_seq: resting.seq } })
  expect(data.map((fill) => fill.trade_id)).toEqual([placed.fills[0]?.trade_id])
})
