// How orders meet: priority, times in force, all at once, own group.
import { describe, expect, test } from 'vitest'
import { LIMITS, type SelfTrade } from '../../messages/index.ts'
import { OPERATOR } from '../ledger/money-world.ts'
import { Bazaar, only } from '../trading-fixture.ts'

/** Three nodes of 4 units on offer: at 90, at 90 but later, and at 95. */
function threeOffers() {
  const x = new Bazaar()
  const nodes = [x.node(4), x.node(4), x.node(4)] as const
  x.offer(nodes[0], 90, 4)
  x.offer(nodes[1], 90, 4)
  x.offer(nodes[2], 95, 4)
  return { x, nodes }
}

describe('priority', () => {
  test('TRD-014: best price first, then oldest, always at the maker’s price', () => {
    const { x, nodes } = threeOffers()
    const { fills, row } = x.place(x.buyer, x.buy({ units: 9, priceTicks: 100 }))
    expect(fills.map((each) => [each.node, each.units, each.priceTicks])).toEqual([
      [nodes[0], 4, 90],
      [nodes[1], 4, 90],
      [nodes[2], 1, 95],
    ])
    expect(row.status).toBe('filled')
    expect(row.filledTickUnits).toBe(8 * 90 + 95)
    expect(fills.map((each) => each.buyerFeePpm)).toEqual([500, 500, 500])
  })
  test('TRD-014: a resting buy order is the maker when an offer comes', () => {
    const x = new Bazaar()
    const first = x.place(x.buyer, x.buy({ units: 2, priceTicks: 100 }))
    const second = x.place(x.trader('second', 10_000_000n), x.buy({ units: 2, priceTicks: 100 }))
    const { fills, events } = x.offer(x.node(4), 90, 3)
    expect(fills.map((each) => [each.buyOrder.order, each.units, each.priceTicks])).toEqual([
      [first.order, 2, 100],
      [second.order, 1, 100],
    ])
    expect(fills[0]!.buyerFeePpm).toBe(200)
    expect(fills[0]!.sellerFeePpm).toBe(300)
    expect(only(events, 'OrderFilled').map((each) => [each.units, each.remainingUnits])).toEqual([
      [2, 0],
      [1, 1],
      [3, 0],
    ])
  })
  test('TRD-015: market_to_limit takes the best price as its limit and rests there', () => {
    const { x } = threeOffers()
    const market = x.buy({ type: 'market_to_limit', priceTicks: null, units: 10 })
    const { fills, row } = x.place(x.buyer, market)
    expect(fills.map((each) => each.units)).toEqual([4, 4])
    expect([row.priceTicks, row.remainingUnits]).toEqual([90, 2])
    expect(x.depth()).toEqual({ bids: [[90, 2, 1]], asks: [[95, 4, 1]] })
  })
  test('TRD-015: a market order for one machine takes the price of the first that is large enough', () => {
    const { x, nodes } = threeOffers()
    x.must(x.buyer, x.buy({ units: 1, priceTicks: 90, timeInForce: 'IOC' }))
    const market = { type: 'market_to_limit', priceTicks: null, timeInForce: 'IOC' } as const
    const { fills } = x.place(x.buyer, x.buy({ ...market, units: 4, colocate: true }))
    expect(fills.map((each) => [each.node, each.priceTicks])).toEqual([[nodes[1], 90]])
    const pinned = x.place(x.buyer, x.buy({ ...market, node: nodes[2] }))
    expect(pinned.row.priceTicks).toBe(95)
  })
})

describe('times in force', () => {
  test('TRD-016: IOC ends with its remainder, or with NO_LIQUIDITY', () => {
    const { x } = threeOffers()
    const some = x.place(x.buyer, x.buy({ units: 9, priceTicks: 90, timeInForce: 'IOC' }))
    expect([some.row.status, some.row.end, some.row.filledUnits]).toEqual([
      'cancelled',
      'IOC_REMAINDER',
      8,
    ])
    expect(x.held(x.buyer)).toBe(0n)
    const none = x.place(x.buyer, x.buy({ priceTicks: 90, timeInForce: 'IOC' }))
    expect(none.row.end).toBe('NO_LIQUIDITY')
  })
  test('TRD-016: FOK fills whole or not at all', () => {
    const { x } = threeOffers()
    const never = x.place(x.buyer, x.buy({ units: 9, priceTicks: 90, timeInForce: 'FOK' }))
    expect([never.row.end, never.row.detail, never.fills.length]).toEqual([
      'FOK_UNFILLED',
      'price',
      0,
    ])
    const whole = x.place(x.buyer, x.buy({ units: 8, priceTicks: 90, timeInForce: 'FOK' }))
    expect(whole.row.status).toBe('filled')
  })
  test('TRD-016: GTD expires at its time, and its hold is free again', () => {
    const x = new Bazaar()
    const expiresAtUs = x.timeUs + 5_000_000
    const { row } = x.place(x.buyer, x.buy({ timeInForce: 'GTD', expiresAtUs }))
    x.wait(4)
    expect(row.status).toBe('open')
    x.wait(1)
    expect([row.status, row.end, x.held(x.buyer)]).toEqual(['expired', 'EXPIRED', 0n])
  })
})

describe('all at once', () => {
  test('TRD-017: all-or-none and a minimum fill on entry or end', () => {
    const { x } = threeOffers()
    const all = { allOrNone: true, timeInForce: 'IOC' } as const
    expect(x.place(x.buyer, x.buy({ ...all, units: 13, priceTicks: 99 })).row).toMatchObject({
      end: 'AON_UNFILLED',
      detail: 'units',
      filledUnits: 0,
    })
    const least = { units: 13, priceTicks: 99, timeInForce: 'IOC' } as const
    expect(x.place(x.buyer, x.buy({ ...least, minUnits: 13 })).row).toMatchObject({
      end: 'NO_LIQUIDITY',
      filledUnits: 0,
    })
    expect(x.place(x.buyer, x.buy({ ...least, minUnits: 12 })).row).toMatchObject({
      end: 'IOC_REMAINDER',
      filledUnits: 12,
    })
  })
  test('TRD-018: colocate takes the first machine large enough and passes over smaller ones', () => {
    const { x, nodes } = threeOffers()
    x.must(x.buyer, x.buy({ units: 1, priceTicks: 90, timeInForce: 'IOC' }))
    const one = { units: 4, priceTicks: 99, colocate: true, timeInForce: 'FOK' } as const
    const { fills } = x.place(x.buyer, x.buy(one))
    expect(fills.map((each) => [each.node, each.units])).toEqual([[nodes[1], 4]])
  })
  test.each([
    ['offer', { units: 1 }, []],
    ['price', { units: 2, priceTicks: 89 }, [[4, 4_096]]],
    ['cores', { units: 5 }, [[4, 99_999]]],
    ['memoryMib', { units: 3 }, [[4, 2_048]]],
  ] as const)('TRD-018: NO_SINGLE_NODE names the dimension %s', (dimension, fields, machines) => {
    const x = new Bazaar()
    for (const [cores, memoryMib] of machines) x.offer(x.node(cores, memoryMib), 90, 4)
    const one = { priceTicks: 99, colocate: true, timeInForce: 'IOC' } as const
    const { events } = x.place(x.buyer, x.buy({ ...one, ...fields }))
    expect(only(events, 'OrderEnded')).toMatchObject([{ end: 'NO_SINGLE_NODE', detail: dimension }])
  })
  test('TRD-018: NO_SINGLE_NODE names units where the offer is smaller than its machine', () => {
    const x = new Bazaar()
    x.offer(x.node(4), 90, 2)
    const one = x.buy({ units: 3, colocate: true, timeInForce: 'IOC' })
    expect(x.place(x.buyer, one).row.detail).toBe('units')
  })
  test('TRD-027: a buy that names a node trades with that node only', () => {
    const { x, nodes } = threeOffers()
    const pin = { units: 9, priceTicks: 99, timeInForce: 'IOC', node: nodes[2] } as const
    const { fills } = x.place(x.buyer, x.buy(pin))
    expect(fills.map((each) => [each.node, each.units])).toEqual([[nodes[2], 4]])
  })
})

describe('TRD-019: orders of one owner group do not trade with each other', () => {
  /** A sell order of 2 units of the buyer's own group stands before one of a stranger. */
  function both(selfTrade: SelfTrade, units: number) {
    const x = new Bazaar()
    const stranger = x.trader('stranger', 10_000n)
    const own = x.place(x.seller, x.sell({ node: x.node(4), units: 2, priceTicks: 90 })).row
    const node = x.node(4, 4_096, stranger)
    const other = x.place(stranger, x.sell({ node, units: 2, priceTicks: 90 })).row
    const ownerGroup = x.members.ownerGroupOf(x.seller.account)
    x.must(OPERATOR, { kind: 'SetOwnerGroup', account: x.buyer.account, ownerGroup })
    const { row: taker, events } = x.place(x.buyer, x.buy({ units, priceTicks: 90, selfTrade }))
    const trades = x.trading.recentTrades(x.instrument, 10).length
    return { x, own, other, taker, trades, events }
  }
  test('expire_maker ends the resting order and goes on', () => {
    const { own, other, taker, trades } = both('expire_maker', 3)
    expect(own).toMatchObject({ status: 'cancelled', end: 'SELF_TRADE', filledUnits: 0 })
    expect([other.filledUnits, taker.filledUnits, taker.status, trades]).toEqual([
      2,
      2,
      'partially_filled',
      1,
    ])
  })
  test('expire_taker ends the coming order', () => {
    const { x, own, taker, trades } = both('expire_taker', 3)
    expect([own.status, trades]).toEqual(['open', 0])
    expect(taker).toMatchObject({ status: 'cancelled', end: 'SELF_TRADE', filledUnits: 0 })
    expect(x.held(x.buyer)).toBe(0n)
  })
  test('expire_both ends both', () => {
    const { own, taker, trades } = both('expire_both', 3)
    expect([own.end, taker.end, trades]).toEqual(['SELF_TRADE', 'SELF_TRADE', 0])
  })
  test('decrement takes the smaller off both and goes on', () => {
    const { x, own, taker, trades } = both('decrement', 3)
    expect([own.end, own.units, trades]).toEqual(['SELF_TRADE', 0, 1])
    expect(taker).toMatchObject({ units: 1, filledUnits: 1, status: 'filled' })
    expect(x.held(x.buyer)).toBe(0n)
  })
  test('decrement tells what it took off the coming order, after its fills', () => {
    const unitsLeft = (units: number): unknown[] => {
      const { taker, events } = both('decrement', units)
      const told = events.filter((each) => 'order' in each && each.order === taker.order)
      const [placed, ...later] = told.filter((each) => each.kind !== 'EntryPosted')
      return [
        placed?.kind,
        ...later.map((each) => [each.kind, 'units' in each ? each.units : null]),
      ]
    }
    expect(unitsLeft(5)).toEqual(['OrderPlaced', ['OrderFilled', 2], ['OrderAmended', 1]])
    expect(unitsLeft(3)).toEqual(['OrderPlaced', ['OrderFilled', 1], ['OrderAmended', 0]])
    expect(unitsLeft(1)).toEqual(['OrderPlaced', ['OrderAmended', 0], ['OrderEnded', null]])
  })
  test('decrement of less than the resting order leaves its rest in place', () => {
    const { own, taker, trades } = both('decrement', 1)
    expect([own.remainingUnits, own.status, trades]).toEqual([1, 'open', 0])
    expect(taker).toMatchObject({ units: 0, status: 'cancelled', end: 'SELF_TRADE' })
  })
  test('CAP-004: a buy of the node’s own account counts as the same', () => {
    const x = new Bazaar()
    x.money.deposit(x.seller.account, 10_000_000n)
    x.offer(x.node(4), 90, 4)
    const { fills, row } = x.place(x.seller, x.buy({ priceTicks: 90, timeInForce: 'IOC' }))
    expect([fills.length, row.end]).toEqual([0, 'NO_LIQUIDITY'])
  })
  test('TRD-032: an offer that its own group expired enters again at the back, after the taker', () => {
    const x = new Bazaar()
    x.money.deposit(x.seller.account, 10_000_000n)
    const node = x.node(4)
    x.offer(node, 90, 4)
    const second = x.trader('second', 10_000n)
    x.offer(x.node(4, 4_096, second), 90, 1)
    const { fills } = x.place(x.seller, x.buy({ units: 2, priceTicks: 90, timeInForce: 'IOC' }))
    expect(fills.map((each) => each.units)).toEqual([1])
    expect(x.depth().asks).toEqual([[90, 4, 1]])
    // where the own bid rests, the offer waits outside until its node is looked at again
    const bid = x.place(x.seller, x.buy({ units: 2, priceTicks: 90 }))
    expect(x.depth()).toEqual({ bids: [[90, 2, 1]], asks: [] })
    expect(x.trading.market.offer(node, 1)?.blocked).toBe('SELF_TRADE')
    x.must(x.seller, { kind: 'CancelOrder', order: bid.order })
    x.refresh(node)
    expect(x.depth()).toEqual({ bids: [], asks: [[90, 4, 1]] })
  })
})

test('TRD-026: a taker stops at 10,000 fills with FILL_LIMIT', () => {
  const x = new Bazaar({ tickMicro: 1n })
  const node = x.node(10_002)
  for (let i = 0; i < 10_002; i++) {
    x.trading.market.openOf.clear()
    x.must(x.seller, x.sell({ node, priceTicks: 1 }))
  }
  const { fills, row } = x.place(x.buyer, x.buy({ units: 10_002, priceTicks: 1 }))
  expect(fills).toHaveLength(10_000)
  expect([row.end, row.status]).toEqual(['FILL_LIMIT', 'cancelled'])
}, 60_000)

test('TRD-026 TRD-016: what fills whole or not at all trades nothing where it would take more', () => {
  const x = new Bazaar({ tickMicro: 1n })
  const node = x.node(10_002)
  for (let i = 0; i < 10_002; i++) {
    x.trading.market.openOf.clear()
    x.must(x.seller, x.sell({ node, priceTicks: 1 }))
  }
  const whole = { units: 10_001, priceTicks: 1 }
  const { row, fills } = x.place(x.buyer, x.buy({ ...whole, timeInForce: 'FOK' }))
  expect([row.end, row.detail, fills.length]).toEqual(['FILL_LIMIT', 'fills', 0])
  const wait = { ...whole, allOrNone: true, standing: true }
  const need = x.place(x.buyer, x.buy(wait))
  expect([need.row.status, need.row.detail, need.fills.length]).toEqual(['open', 'fills', 0])
  const less = x.place(x.buyer, x.buy({ ...whole, units: 10_000, timeInForce: 'FOK' }))
  expect(less.fills).toHaveLength(10_000)
}, 60_000)

test('TRD-026 TRD-016: nor where the command has no events for all of it', () => {
  const { x } = threeOffers()
  const ctx = x.money.context(x.buyer)
  ctx.reserved = LIMITS.eventsPerCommand - 2_048 - 12
  const all = x.buy({ units: 9, priceTicks: 100, timeInForce: 'FOK' })
  const { order, fills } = x.trading.place(ctx, all)
  expect([order.end, fills.length]).toEqual(['FILL_LIMIT', 0])
})

test('TRD-026: a taker stops sooner when the command has no events left for what follows', () => {
  const { x } = threeOffers()
  const ctx = x.money.context(x.buyer)
  ctx.reserved = LIMITS.eventsPerCommand - 2_048 - 9
  const { order, fills } = x.trading.place(ctx, x.buy({ units: 9, priceTicks: 90 }))
  expect([order.end, fills.length]).toEqual(['FILL_LIMIT', 1])
})

describe('changes', () => {
  test('TRD-020: fewer units keep priority, more units or another price lose it', () => {
    const x = new Bazaar()
    const second = x.trader('second', 10_000_000n)
    const a = x.place(x.buyer, x.buy({ units: 5, priceTicks: 90 }))
    const b = x.place(second, x.buy({ units: 5, priceTicks: 90 }))
    const amend = (order: number, units: number | null, priceTicks: number | null) =>
      only(x.must(x.buyer, { kind: 'AmendOrder', order, units, priceTicks }).events, 'OrderAmended')
    expect(amend(a.order, 4, null)).toMatchObject([{ units: 4, keptPriority: true }])
    // To what it is already: told all the same.
    expect(amend(a.order, 4, null)).toMatchObject([{ units: 4, keptPriority: true }])
    const first = () => {
      const book = x.trading.market.book(x.instrument)
      return x.trading.market.orders.byHandle(book.handle(book.first('buy'))).order
    }
    expect(first()).toBe(a.order)
    expect(amend(a.order, 6, null)).toMatchObject([{ units: 6, keptPriority: false }])
    expect(first()).toBe(b.order)
    amend(a.order, null, 91)
    expect(first()).toBe(a.order)
    // 6 units at 91 ticks of 1,000 for an hour, and 500 ppm
    expect(x.held(x.buyer)).toBe(546_273n)
  })
  test('TRD-020: units is the new total, what is filled included; a new price may trade at once', () => {
    const { x } = threeOffers()
    const { row, order } = x.place(x.buyer, x.buy({ units: 10, priceTicks: 90 }))
    expect([row.filledUnits, row.remainingUnits]).toEqual([8, 2])
    const change = { kind: 'AmendOrder', order, units: 9, priceTicks: 95 } as const
    const { fills } = x.must(x.buyer, change)
    expect(fills.map((each) => [each.units, each.priceTicks])).toEqual([[1, 95]])
    expect([row.status, row.units]).toEqual(['filled', 9])
  })
  test('TRD-021: cancel-all ends the account’s orders of one instrument or of all', () => {
    const x = new Bazaar()
    const best = x.list({ symbol: 'CORE.A.H1', grade: 'A' })
    x.must(x.buyer, x.buy({ priceTicks: 90 }))
    x.must(x.buyer, x.buy({ priceTicks: 91 }))
    x.must(x.buyer, x.buy({ priceTicks: 92, instrument: best }))
    x.must(x.trader('second', 10_000_000n), x.buy({ priceTicks: 90 }))
    x.must(x.buyer, { kind: 'CancelAll', instrument: x.instrument })
    expect(x.trading.openOrders(x.buyer.account)).toHaveLength(1)
    x.must(x.buyer, { kind: 'CancelAll', instrument: null })
    expect(x.trading.openOrders(x.buyer.account)).toHaveLength(0)
    expect(x.held(x.buyer)).toBe(0n)
    expect(x.depth().bids).toEqual([[90, 1, 1]])
  })
})
