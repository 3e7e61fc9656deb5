/** What a one-shot sell order gives back is on offer again in the same command. */
import { describe, expect, test } from 'vitest'
import { buy, listInstrument, only, openVenue, type Venue } from './venue.ts'

/** A node of 4 cores: 2 held by a one-shot sell order, the other 2 on standing offer. */
function shared(more: Parameters<typeof buy>[1] = {}) {
  const v = openVenue({ cores: 4 })
  offer(v, 1)
  const sell = buy(v, { side: 'sell', node: v.node, units: 2, timeInForce: 'GTC', ...more })
  const { order } = only(v.done(v.seller, { ...sell, priceTicks: 90 }), 'OrderPlaced')
  offer(v, 4)
  expect(available(v)).toBe(2)
  return { v, order }
}
/** The buyer becomes one of the seller's own group. */
function join(v: Venue): void {
  const { account } = v.buyer
  const ownerGroup = v.exchange.answers.account({ account: v.seller.account })?.ownerGroup ?? 0
  v.done(v.operator, { kind: 'SetOwnerGroup', account, ownerGroup })
}
function offer(v: Venue, maxUnits: number): void {
  const { node, sku } = v
  v.done(v.seller, { kind: 'SetOffer', node, sku, priceTicks: 100, maxUnits, untilUs: null })
}
function available(v: Venue): number | undefined {
  return v.exchange.answers.offers({ account: v.seller.account })[0]?.availableUnits
}

describe('TRD-022 TRD-028 the offers of a node grow when its one-shot sell order', () => {
  test('is cancelled', () => {
    const { v, order } = shared()
    v.done(v.seller, { kind: 'CancelOrder', order })
    expect(available(v)).toBe(4)
  })
  test('is delisted, also where they are of another product', () => {
    const v = openVenue({ cores: 4 })
    const { seller, node, sku, instrument, operator } = v
    v.done(seller, { kind: 'WithdrawOffer', node, sku })
    v.done(seller, { ...buy(v, { units: 2, timeInForce: 'GTC' }), side: 'sell', node })
    const bundle = { cores: 1, memoryMib: 0, diskMib: 0, cards: 0 }
    const name = { en: 'other', zh: '其他' }
    const other = {
      kind: 'DefineSku',
      code: 'o',
      class: 'cpu',
      unit: 'core',
      bundle,
      name,
    } as const
    v.sku = only(v.done(operator, other), 'SkuDefined').sku
    listInstrument(v, { symbol: 'O.U.LAB' })
    offer(v, 4)
    expect(available(v)).toBe(2)
    const status = 'delisted'
    v.done(operator, { kind: 'SetInstrumentStatus', instrument, status, reason: '' })
    expect(available(v)).toBe(4)
  })
  test('expires', () => {
    const { v } = shared({ timeInForce: 'GTD', expiresAtUs: openVenue().timeUs + 60_000_000 })
    v.wait(60)
    expect(available(v)).toBe(4)
  })
  test('is amended to fewer units', () => {
    const { v, order } = shared()
    v.done(v.seller, { kind: 'AmendOrder', order, units: 1, priceTicks: null })
    expect(available(v)).toBe(3)
  })
  test('is ended by an order of its own group', () => {
    const { v, order } = shared()
    join(v)
    v.done(v.buyer, buy(v, { priceTicks: 90 }))
    expect(v.exchange.answers.order({ order })).toMatchObject({ end: 'SELF_TRADE' })
    expect(available(v)).toBe(4)
  })
  test('is decremented by an order of its own group', () => {
    const { v, order } = shared()
    join(v)
    v.done(v.buyer, buy(v, { priceTicks: 90, selfTrade: 'decrement' }))
    expect(v.exchange.answers.order({ order })).toMatchObject({ remainingUnits: 1 })
    expect(available(v)).toBe(3)
  })
  test('is decremented on entry by a bid of its own group', () => {
    const v = openVenue({ cores: 4 })
    const { node, sku } = v
    v.done(v.seller, { kind: 'WithdrawOffer', node, sku })
    join(v)
    v.done(v.buyer, buy(v, { timeInForce: 'GTC', priceTicks: 95 }))
    const sell = buy(v, { side: 'sell', node, units: 3, timeInForce: 'GTC', priceTicks: 90 })
    v.done(v.seller, { ...sell, selfTrade: 'decrement' })
    offer(v, 4)
    expect(available(v)).toBe(2)
  })
})

test('TRD-023 an offer outside the band enters again when the reference moves', () => {
  const v = openVenue({ cores: 4 })
  const { instrument, node } = v
  const refer = (referenceTicks: number) =>
    v.done(v.operator, { kind: 'SetReference', instrument, referenceTicks, bandPpm: 100_000 })
  const blocked = () => v.exchange.answers.offers({ account: v.seller.account })[0]?.blocked
  v.done(null, { kind: 'ReportContact', node, connected: false })
  refer(200)
  v.done(null, { kind: 'ReportContact', node, connected: true })
  expect([blocked(), available(v)]).toEqual(['PRICE_BAND', 0])
  refer(100)
  expect([blocked(), available(v)]).toEqual([null, 4])
})
