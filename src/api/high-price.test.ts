import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiVenue, SYMBOL, openMarket, type Market } from '../../test/support/api-venue.ts'

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

// It once read as a negative price and ended the exchange.
test('an offer at the highest price that can be said stays behind all others', async () => {
  const { seller, node } = market
  await seller.client.setOffer({
    params: { node_id: node.id, sku_id: market.goods.product },
    body: { price: '0.10', max_units: 2 },
  })
  const body = {
    symbol: SYMBOL,
    side: 'sell',
    units: 1,
    price: '4294967.295',
    node_id: node.id,
  } as const
  const { order } = await seller.client.placeOrder({ body })
  expect(order.price).toBe('4294967.295')
  const book = await market.buyer.client.getBook({ params: { symbol: SYMBOL } })
  expect(book.asks.map(([price]) => price)).toEqual(['0.10', '4294967.295'])
})
