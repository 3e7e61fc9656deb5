/** The dead-man switch of an account through the whole state machine. */
import { expect, test } from 'vitest'
import { LIMITS, type Event } from '../../src/messages/index.ts'
import { all, buy, only, openParty, openVenue, deposit, type Party, type Venue } from './venue.ts'

function bid(v: Venue, by: Party): number {
  const order = buy(v, { timeInForce: 'GTC', priceTicks: 50 })
  return only(v.done(by, order), 'OrderPlaced').order
}
function arm(v: Venue, timeoutSeconds: number): Event[] {
  return v.done(v.buyer, { kind: 'CancelAfter', timeoutSeconds })
}
function ended(events: readonly Event[]) {
  return all(events, 'OrderEnded').map(({ order, end }) => [order, end])
}

test('TRD-035 when its time passes, all open orders of the account end, and nobody else’s', () => {
  const v = openVenue()
  const stranger = openParty(v, 'buyer', ['trade'])
  deposit(v, stranger, 10_000_000n)
  const orders = [bid(v, v.buyer), bid(v, v.buyer)]
  const others = bid(v, stranger)
  const { account } = v.buyer
  const firesAtUs = v.timeUs + 60_000_000
  expect(arm(v, 60)).toEqual([{ kind: 'CancelAfterSet', account, firesAtUs }])
  expect(v.wait(59)).toEqual([])
  const events = v.wait(1)
  expect(ended(events)).toEqual(orders.map((order) => [order, 'CANCEL_AFTER']))
  expect(events).toContainEqual({ kind: 'CancelAfterSet', account, firesAtUs: null })
  expect(v.exchange.answers.order({ order: others })?.status).toBe('open')
  expect(v.exchange.answers.balances({ account })).toMatchObject([{ heldMicro: 0n }])
  // it fires once
  bid(v, v.buyer)
  expect(v.wait(3_600)).toEqual([])
})

test('TRD-035 setting it again replaces it, 0 disarms it, 86,400 seconds are the most', () => {
  const v = openVenue()
  const order = bid(v, v.buyer)
  arm(v, 60)
  v.wait(50)
  arm(v, 60)
  expect(v.wait(59)).toEqual([])
  expect(ended(v.wait(1))).toEqual([[order, 'CANCEL_AFTER']])
  bid(v, v.buyer)
  arm(v, 60)
  expect(only(arm(v, 0), 'CancelAfterSet').firesAtUs).toBe(null)
  expect(v.wait(3_600)).toEqual([])
  const tooLong = LIMITS.cancelAfterSeconds + 1
  expect(v.refused(v.buyer, { kind: 'CancelAfter', timeoutSeconds: tooLong })).toBe('FIELD_INVALID')
  arm(v, LIMITS.cancelAfterSeconds)
})

test('TRD-035 TRD-008 standing offers stay; what a cancelled sell order held is on offer again', () => {
  const v = openVenue({ cores: 4 })
  const sell = buy(v, { side: 'sell', timeInForce: 'GTC', node: v.node, priceTicks: 150, units: 2 })
  v.done(v.seller, {
    kind: 'SetOffer',
    node: v.node,
    sku: v.sku,
    priceTicks: 100,
    maxUnits: 1,
    untilUs: null,
  })
  v.done(v.seller, sell)
  v.done(v.seller, {
    kind: 'SetOffer',
    node: v.node,
    sku: v.sku,
    priceTicks: 100,
    maxUnits: 4,
    untilUs: null,
  })
  const { account } = v.seller
  const available = () => v.exchange.answers.offers({ account })[0]?.availableUnits
  expect(available()).toBe(2)
  v.done(v.seller, { kind: 'CancelAfter', timeoutSeconds: 5 })
  expect(ended(v.wait(5))).toHaveLength(1)
  expect(available()).toBe(4)
})

test('TRD-035 it is armed still after a restart, and fires although its time passed meanwhile', () => {
  const v = openVenue()
  const order = bid(v, v.buyer)
  arm(v, 60)
  v.restart()
  const fromUs = v.timeUs
  v.timeUs += 90_000_000
  v.done(null, { kind: 'ResumeAfterGap', fromUs, toUs: v.timeUs })
  v.wait(0)
  expect(v.exchange.answers.order({ order })).toMatchObject({ end: 'CANCEL_AFTER' })
})
