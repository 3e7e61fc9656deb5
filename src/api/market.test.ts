import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ApiVenue,
  SYMBOL,
  addNode,
  listGoods,
  openParty,
  type Party,
  type TestNode,
} from '../../test/support/api-venue.ts'

let venue: ApiVenue
let buyer: Party
let seller: Party
let node: TestNode
beforeAll(async () => {
  venue = await ApiVenue.start()
  const goods = await listGoods(venue)
  seller = await openParty(venue, 'provider')
  buyer = await openParty(venue, 'buyer', '100.00')
  node = await addNode(venue, seller, goods)
  const body = { price: '0.10', max_units: 4 }
  const stream = node.daemon.openStream()
  await new Promise<void>((resolve) => {
    stream.subscribe('assignments', { node_id: node.id }, () => resolve())
  })
  await seller.client.setOffer({ params: { node_id: node.id, sku_id: goods.product }, body })
})
afterAll(() => venue.stop())

describe('market and orders over HTTP', () => {
  test('goods', async () => {
    const { data } = await buyer.client.listInstruments()
    expect(data[0]).toMatchObject({ symbol: SYMBOL, tick_size: '0.001', band_low: '0.01' })
    const status = await buyer.client.getStatus()
    expect(status).toMatchObject({ venue: 'test', sandbox: true })
  })

  test('an offer is in the book; a quote prices it; its order body buys it', async () => {
    const book = await buyer.client.getBook({ params: { symbol: SYMBOL } })
    expect(book.asks).toEqual([['0.10', 4, 1]])
    const quote = await buyer.client.createQuote({
      body: { class: 'cpu', cores: 2, memory_mib: 512 },
    })
    expect(quote).toMatchObject({ available: true, total: '0.2001', escrow: '0.2001' })
    const placed = await buyer.client.placeOrder({ body: quote.post_order_body! })
    expect(placed.order).toMatchObject({ status: 'filled', filled_units: 2, average_price: '0.10' })
    expect(placed.fills).toHaveLength(1)
    expect(placed.allocation_ids).toHaveLength(1)
  })
})
