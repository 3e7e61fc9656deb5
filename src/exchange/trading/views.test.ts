import { expect, test } from 'vitest'
import { nodeView } from '../capacity/node-view.ts'
import { Bazaar } from '../trading-fixture.ts'

test('TRD-030: views of instruments, books, trades and orders, the same after a restart', () => {
  const x = new Bazaar()
  const node = x.node(4)
  x.offer(node, 90, 4)
  const { order, fills } = x.place(x.buyer, x.buy({ units: 5, priceTicks: 95, clientOrderId: 'a' }))
  const now = { seq: 7, timeUs: x.timeUs }
  for (const { trading } of [x, x.restored()]) {
    expect(trading.instrumentViews()).toMatchObject([
      {
        symbol: 'CORE.U.H1',
        sku: { code: 'CORE' },
        hub: { code: 'H1' },
        bestBidTicks: 95,
        bestAskTicks: null,
        lastTicks: 90,
        lastTradeAtUs: x.timeUs,
      },
    ])
    expect(trading.bookView(x.instrument, 1, now)).toEqual({
      instrument: x.instrument,
      ...now,
      bids: [[95, 1, 1]],
      asks: [],
    })
    expect(trading.bookView(99, 1, now)).toBe(null)
    expect(trading.recentTrades(x.instrument, 5)).toMatchObject([
      { trade: fills[0]!.trade, priceTicks: 90, units: 4, takerSide: 'buy' },
    ])
    expect(trading.recentTrades(x.instrument, 0)).toEqual([])
    expect(trading.openOrders(x.buyer.account)).toMatchObject([
      { order, status: 'partially_filled', filledTickUnits: 360, heldMicro: 95_048n, offer: false },
    ])
    expect(trading.orderView(order)).toEqual(trading.orderByClientId(x.buyer.account, 'a'))
    expect(trading.orderView(99)).toBe(null)
    expect(trading.orderView(fills[0]!.sellOrder.order)?.status).toBe('filled')
  }
  expect(nodeView(x.capacity, x.catalog.mustNode(node), x.timeUs, 3)).toMatchObject({
    node,
    leased: { cores: 4 },
    free: { cores: 0 },
    meterPeriod: 3,
    grades: [],
    evaluation: null,
  })
})

test('TRD-030: the last 1,000 trades of an instrument are kept', () => {
  const x = new Bazaar()
  x.offer(x.node(2_000), 90, 2_000)
  for (let i = 0; i < 1_003; i++) x.must(x.buyer, x.buy({ priceTicks: 90 }))
  const trades = x.trading.recentTrades(x.instrument, 5_000)
  expect([trades.length, trades[0]!.trade, trades.at(-1)!.trade]).toEqual([1_000, 1_003, 4])
})

test('TRD-030: closed orders are remembered for 24 hours', () => {
  const x = new Bazaar()
  const { order } = x.place(x.buyer, x.buy({ clientOrderId: 'a' }))
  x.must(x.buyer, { kind: 'CancelOrder', order })
  x.wait(86_400)
  x.must(x.buyer, x.buy({ timeInForce: 'IOC' }))
  expect(x.trading.orderView(order)?.status).toBe('cancelled')
  x.wait(1)
  x.must(x.buyer, x.buy({ timeInForce: 'IOC' }))
  expect(x.trading.orderView(order)).toBe(null)
  expect(x.trading.orderByClientId(x.buyer.account, 'a')).toBe(null)
})
