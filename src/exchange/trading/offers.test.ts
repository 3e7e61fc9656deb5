// Standing offers follow their machines; standing needs wait for supply.
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../../messages/index.ts'
import { OPERATOR } from '../ledger/money-world.ts'
import { Bazaar, only } from '../trading-fixture.ts'

/** Ends a lease as the delivery desk does: capacity back, offers follow. */
function giveBack(x: Bazaar, lease: number, node: number) {
  x.capacity.removeLease(lease)
  return x.refresh(node)
}

describe('TRD-022: an offer keeps one resting order for what its machine has left', () => {
  test('it rests with the lesser of its maximum and the machine, and leases count against both', () => {
    const x = new Bazaar()
    const node = x.node(8)
    x.offer(node, 90, 3)
    expect(x.depth().asks).toEqual([[90, 3, 1]])
    const { fills } = x.place(x.buyer, x.buy({ units: 2, priceTicks: 90 }))
    x.refresh(node)
    expect(x.depth().asks).toEqual([[90, 1, 1]])
    giveBack(x, fills[0]!.trade, node)
    expect(x.depth().asks).toEqual([[90, 3, 1]])
  })
  test('returned units rejoin at the back of the level, and less keeps its place', () => {
    const x = new Bazaar()
    const [first, second] = [x.node(4), x.node(4)]
    x.offer(first, 90, 4)
    x.offer(second, 90, 4)
    const { fills } = x.place(x.buyer, x.buy({ units: 1, priceTicks: 90 }))
    expect(fills[0]?.node).toBe(first)
    const { events } = giveBack(x, fills[0]!.trade, first)
    expect(only(events, 'OrderAmended')).toMatchObject([{ units: 4, keptPriority: false }])
    expect(x.place(x.buyer, x.buy({ priceTicks: 90 })).fills[0]?.node).toBe(second)
    x.offer(second, 90, 1)
    expect(x.depth().asks).toEqual([[90, 4, 1]])
  })
  test('sold out, it has no order; capacity brings a new one, which may trade with waiting bids', () => {
    const x = new Bazaar()
    const node = x.node(2)
    x.offer(node, 90, 2)
    const { fills } = x.place(x.buyer, x.buy({ units: 2, priceTicks: 90 }))
    expect(x.trading.offerViews(null, x.timeUs)).toMatchObject([
      { blocked: 'SOLD_OUT', availableUnits: 0 },
    ])
    const bid = x.place(x.buyer, x.buy({ units: 1, priceTicks: 95 }))
    const back = giveBack(x, fills[0]!.trade, node)
    expect(back.fills.map((each) => [each.buyOrder.order, each.priceTicks])).toEqual([
      [bid.order, 95],
    ])
    expect(x.depth()).toEqual({ bids: [], asks: [[90, 1, 1]] })
    expect(x.trading.offerViews(x.seller.account, x.timeUs)).toMatchObject([
      { blocked: null, availableUnits: 1 },
    ])
  })
  test('another price is another order; the offer’s end and withdrawal take it out', () => {
    const x = new Bazaar()
    const node = x.node(4)
    x.offer(node, 90, 4)
    const { events } = x.offer(node, 80, 4)
    expect(only(events, 'OrderEnded')).toMatchObject([{ end: 'OFFER_CHANGED' }])
    expect(x.depth().asks).toEqual([[80, 4, 1]])
    const gone = x.must(x.seller, { kind: 'WithdrawOffer', node, sku: x.sku })
    expect(only(gone.events, 'OfferWithdrawn')).toMatchObject([{ reason: 'BY_OWNER' }])
    expect(only(gone.events, 'OrderEnded')).toMatchObject([{ end: 'OFFER_WITHDRAWN' }])
    expect(x.capacity.occupancy(node, x.timeUs).held.cores).toBe(0)
    const untilUs = x.timeUs + 1_000_000
    x.must(x.seller, { kind: 'SetOffer', node, sku: 1, priceTicks: 90, maxUnits: 1, untilUs })
    x.wait(1)
    expect(x.trading.market.offers.size).toBe(0)
    expect(x.depth().asks).toEqual([])
  })
})

describe('TRD-023: an offer leaves with a reason and comes back', () => {
  test.each([
    ['lost', 'NODE_LOST'],
    ['maintenance', 'NODE_MAINTENANCE'],
    ['draining', 'NODE_MAINTENANCE'],
  ] as const)('%s', (status, end) => {
    const x = new Bazaar()
    const node = x.node(4)
    x.offer(node, 90, 4)
    x.catalog.mustNode(node).status = status
    expect(only(x.refresh(node).events, 'OrderEnded')).toMatchObject([{ end }])
    expect(x.trading.offerViews(null, x.timeUs)[0]?.blocked).toBe(status)
    expect(x.refresh(node).events).toEqual([])
    x.catalog.mustNode(node).status = 'online'
    x.refresh(node)
    expect(x.depth().asks).toEqual([[90, 4, 1]])
  })
  test('a new grade moves it to the instrument of that grade, or out where there is none', () => {
    const x = new Bazaar()
    const node = x.node(4)
    x.offer(node, 90, 4)
    const best = x.list({ symbol: 'CORE.A.H1', grade: 'A' })
    x.catalog.mustNode(node).grades = [{ sku: 1, grade: 'A' }]
    const { events } = x.refresh(node)
    expect(only(events, 'OrderEnded')).toMatchObject([{ end: 'GRADE_CHANGED' }])
    expect(only(events, 'OrderPlaced')).toMatchObject([{ instrument: best, offer: true }])
    x.catalog.mustNode(node).grades = [{ sku: 1, grade: 'B' }]
    x.refresh(node)
    expect(x.trading.offerViews(null, x.timeUs)).toMatchObject([
      { blocked: 'GRADE_MISSING', instrument: null, grade: 'B' },
    ])
  })
  test('a halted instrument takes no offer in, and lets what rests shrink only', () => {
    const x = new Bazaar()
    const { instrument } = x
    const [in_, out] = [x.node(4), x.node(4)]
    x.offer(in_, 90, 2)
    x.must(OPERATOR, { kind: 'SetInstrumentStatus', instrument, status: 'halted', reason: '' })
    x.offer(out, 80, 4)
    x.offer(in_, 90, 4)
    expect(x.trading.market.offer(out, 1)?.blocked).toBe('MARKET_HALTED')
    expect(x.depth().asks).toEqual([[90, 2, 1]])
    x.offer(in_, 90, 1)
    expect(x.depth().asks).toEqual([[90, 1, 1]])
    x.must(OPERATOR, { kind: 'SetInstrumentStatus', instrument, status: 'listed', reason: '' })
    for (const node of x.trading.nodesOffering(instrument)) x.refresh(node)
    expect(x.depth().asks).toEqual([
      [80, 4, 1],
      [90, 1, 1],
    ])
  })
  test('outside the band it waits', () => {
    const x = new Bazaar({ referenceTicks: 100, bandPpm: 100_000 })
    const node = x.node(4)
    x.offer(node, 90, 4)
    x.catalog.mustNode(node).status = 'lost'
    x.refresh(node)
    x.catalog.mustNode(node).status = 'online'
    x.catalog.mustInstrument(x.instrument).referenceTicks = 200
    x.refresh(node)
    expect(x.trading.market.offer(node, 1)?.blocked).toBe('PRICE_BAND')
  })
})

describe('TRD-025: offers of one machine are alternatives under one hold', () => {
  function linked() {
    const x = new Bazaar()
    const bundle = { cores: 2, memoryMib: 1_024, diskMib: 0, cards: 0 }
    const name = { en: 'x', zh: 'x' }
    x.must(OPERATOR, { kind: 'DefineSku', code: 'PAIR', class: 'cpu', unit: 'node', bundle, name })
    const pairs = x.list({ symbol: 'PAIR.U.H1', sku: 2 })
    const node = x.node(8)
    x.offer(node, 90, 8)
    x.offer(node, 150, 4, 2)
    return { x, node, pairs }
  }
  test('a sale of one shrinks the other in the same command, and both come back', () => {
    const { x, node, pairs } = linked()
    expect(x.capacity.occupancy(node, x.timeUs).held).toMatchObject({ cores: 8, memoryMib: 8_192 })
    const { fills, events } = x.place(
      x.buyer,
      x.buy({ instrument: pairs, units: 3, priceTicks: 150 }),
    )
    expect(only(events, 'OrderAmended')).toMatchObject([{ units: 2, keptPriority: true }])
    expect(x.depth().asks).toEqual([[90, 2, 1]])
    expect(x.capacity.occupancy(node, x.timeUs)).toMatchObject({
      leased: { cores: 6 },
      held: { cores: 2, memoryMib: 2_048 },
      free: { cores: 0, memoryMib: 3_072 },
    })
    giveBack(x, fills[0]!.trade, node)
    expect(x.depth().asks).toEqual([[90, 8, 1]])
  })
  test('the last unit sold ends the other with CAPACITY_GONE', () => {
    const { x, pairs } = linked()
    const { events } = x.place(x.buyer, x.buy({ instrument: pairs, units: 4, priceTicks: 150 }))
    expect(only(events, 'OrderEnded')).toMatchObject([{ end: 'CAPACITY_GONE' }])
    expect(x.depth().asks).toEqual([])
  })
})

describe('TRD-028: a one-shot sell order holds its own capacity', () => {
  test('it takes what offers leave, and its cancel gives it back to them', () => {
    const x = new Bazaar()
    const node = x.node(8)
    x.offer(node, 90, 4)
    const { order } = x.place(x.seller, x.sell({ node, units: 4, priceTicks: 80 }))
    expect(x.capacity.free(node, x.timeUs).cores).toBe(0)
    x.offer(node, 90, 8)
    expect(x.depth().asks).toEqual([
      [80, 4, 1],
      [90, 4, 1],
    ])
    const { fills } = x.place(x.buyer, x.buy({ units: 1, priceTicks: 80 }))
    expect(fills[0]?.sellOrder.order).toBe(order)
    expect(x.capacity.occupancy(node, x.timeUs)).toMatchObject({
      leased: { cores: 1 },
      held: { cores: 7 },
    })
    x.must(x.seller, { kind: 'CancelOrder', order })
    expect(x.depth().asks).toEqual([[90, 7, 1]])
  })
  test('it shrinks or ends when its machine has less, oldest kept first', () => {
    const x = new Bazaar()
    const node = x.node(8)
    const first = x.place(x.seller, x.sell({ node, units: 4, priceTicks: 80 })).row
    const second = x.place(x.seller, x.sell({ node, units: 4, priceTicks: 80 })).row
    const third = x.node(2)
    x.attest(node, 5)
    x.refresh(node)
    expect([first.remainingUnits, second.remainingUnits]).toEqual([4, 1])
    x.attest(node, 4)
    expect(only(x.refresh(node).events, 'OrderEnded')).toMatchObject([
      { order: second.order, end: 'CAPACITY_GONE' },
    ])
    x.catalog.mustNode(node).grades = [{ sku: 1, grade: 'A' }]
    x.refresh(node)
    expect(first.end).toBe('GRADE_CHANGED')
    const last = x.place(x.seller, x.sell({ node: third, units: 1 })).row
    x.catalog.mustNode(third).connected = false
    x.refresh(third)
    expect(last.end).toBe('NODE_LOST')
    expect(x.capacity.occupancy(third, x.timeUs).held.cores).toBe(0)
  })
})

describe('TRD-024: standing needs wait outside the book', () => {
  test('TRD-027: a pinned standing buy waits behind the resting bids on a full node', () => {
    const x = new Bazaar()
    const node = x.node(1)
    x.offer(node, 90, 4)
    x.place(x.buyer, x.buy({ priceTicks: 90 }))
    const pin = x.buy({ node, standing: true, priceTicks: 99 })
    const { row } = x.place(x.trader('pinned', 1_000_000n), pin)
    const bid = x.place(x.buyer, x.buy({ priceTicks: 90 })).row
    x.attest(node, 2)
    x.act((ctx) => x.trading.refreshNode(ctx, node))
    expect([bid.status, row.status]).toEqual(['filled', 'open'])
    x.attest(node, 3)
    const retry = x.act((ctx) => [
      ...x.trading.refreshNode(ctx, node),
      ...x.trading.retryNeeds(ctx, x.instrument).flatMap(({ fills }) => fills),
    ])
    expect(retry.fills).toMatchObject([{ node, units: 1, priceTicks: 90 }])
    expect(row.status).toBe('filled')
  })
  test('a need holds its money, is no bid, and is filled when supply comes', () => {
    const x = new Bazaar()
    const need = x.buy({ units: 3, priceTicks: 99, colocate: true, standing: true })
    const { row, events } = x.place(x.buyer, need)
    expect(only(events, 'NeedWaiting')).toMatchObject([{ reason: 'offer' }])
    expect([row.status, x.depth().bids.length, x.held(x.buyer) > 0n]).toEqual(['open', 0, true])
    const vain = x.offer(x.node(2), 90, 2)
    expect(only(vain.events, 'NeedWaiting')).toMatchObject([{ reason: 'cores' }])
    const again = x.act((ctx) =>
      x.trading.retryNeeds(ctx, x.instrument).flatMap((each) => each.fills),
    )
    expect(again.events).toEqual([])
    const { fills } = x.offer(x.node(4), 95, 4)
    expect(fills.map((each) => [each.units, each.priceTicks])).toEqual([[3, 95]])
    expect([row.status, x.held(x.buyer)]).toEqual(['filled', 0n])
  })
  test('a new offer or sell order serves a waiting need in the same command', () => {
    const x = new Bazaar()
    const need = x.buy({ units: 3, priceTicks: 99, colocate: true, standing: true })
    x.must(x.buyer, need)
    expect(x.offer(x.node(4), 95, 4).fills).toMatchObject([{ units: 3, priceTicks: 95 }])
    x.must(x.buyer, need)
    const sell = x.place(x.seller, x.sell({ node: x.node(4), units: 3, priceTicks: 100 }))
    expect(sell.fills).toEqual([])
    const cheaper = { kind: 'AmendOrder', order: sell.order, units: null, priceTicks: 98 } as const
    expect(x.must(x.seller, cheaper).fills).toMatchObject([{ units: 3, priceTicks: 98 }])
  })
  test('an amended need is tried at once, and a halted instrument tries none', () => {
    const x = new Bazaar()
    x.offer(x.node(2), 90, 2)
    const need = { units: 3, priceTicks: 99, allOrNone: true, standing: true }
    const { order, row } = x.place(x.buyer, x.buy(need))
    expect(row.detail).toBe('units')
    const less = { kind: 'AmendOrder', order, units: 2, priceTicks: null } as const
    expect(x.must(x.buyer, less).fills).toHaveLength(1)
    const late = x.place(x.buyer, x.buy({ ...need, units: 1 }))
    x.catalog.mustInstrument(x.instrument).status = 'halted'
    expect(x.trading.retryNeeds(x.money.context(x.buyer), x.instrument)).toEqual([])
    expect(late.row.status).toBe('open')
  })
  test('at most 64 are tried an event, and those in vain go behind the others', () => {
    const x = new Bazaar()
    const need = x.buy({ units: 5, priceTicks: 50, allOrNone: true, standing: true })
    for (let i = 0; i < LIMITS.standingRetriesPerEvent; i++) x.must(x.buyer, need)
    const last = x.place(x.buyer, { ...need, units: 1, priceTicks: 99 }).row
    const vain = x.offer(x.node(1), 90, 1)
    expect(vain.fills).toEqual([])
    const retry = () =>
      x.act((ctx) => x.trading.retryNeeds(ctx, x.instrument).flatMap((each) => each.fills))
    expect(x.restored().dump()).toEqual(x.dump())
    expect(retry().fills.map((each) => each.buyOrder.order)).toEqual([last.order])
  })
})
