import { expect, test } from 'vitest'
import { CHART } from '../../messages/index.ts'
import { Bazaar, only } from '../trading-fixture.ts'

test('TRD-010, TRD-011, TRD-012: an order holds its limit and the higher fee; a fill takes its share; the end frees the rest', () => {
  const x = new Bazaar()
  const node = x.node(4)
  x.offer(node, 90, 2)
  expect(x.depth().asks).toEqual([[90, 2, 1]])
  const { fills, events } = x.must(x.buyer, x.buy({ units: 3, priceTicks: 100 }))
  expect(fills.map((f) => [f.units, f.priceTicks, f.node])).toEqual([[2, 90, node]])
  expect(x.depth()).toEqual({ bids: [[100, 1, 1]], asks: [] })
  // 100 ticks x 1,000 x 3 units x 1 h = 300,000 and 150 of fee; one third stays held
  expect(x.ledger.credit(CHART.HOLD, x.buyer.account)).toBe(100_050n)
  expect(fills[0]!.takenPrincipalMicro + fills[0]!.takenFeeMicro).toBe(200_100)
  x.must(x.buyer, { kind: 'CancelOrder', order: fills[0]!.buyOrder.order })
  expect(x.ledger.credit(CHART.HOLD, x.buyer.account)).toBe(0n)
  expect(only(events, 'TradeExecuted')).toHaveLength(1)
  expect(x.restored().dump()).toEqual(x.dump())
})
