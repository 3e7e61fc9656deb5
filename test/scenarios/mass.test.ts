/** Changes that reach more orders or machines than the events of one command could tell. */
import { describe, expect, test } from 'vitest'
import { US_PER_SECOND } from '../../src/kernel/index.ts'
import { LIMITS, type Event } from '../../src/messages/index.ts'
import { start } from './daemon.ts'
import {
  all,
  buy,
  deposit,
  listInstrument,
  only,
  openParty,
  openVenue,
  type Party,
  type Venue,
} from './venue.ts'

const PATIENCE_MS = 120_000
/** each ends with two events: its hold comes back, and it ends */
const ORDERS_EACH = 8_500
const ORDERS = 4 * ORDERS_EACH

/** Four buyers with more resting bids than one command can end. */
function crowd(v: Venue): Party[] {
  expect(2 * ORDERS).toBeGreaterThan(LIMITS.eventsPerCommand)
  return Array.from({ length: 4 }, () => {
    const buyer = openParty(v, 'buyer', ['trade'])
    deposit(v, buyer, 1_000_000_000n)
    const bid = buy(v, { timeInForce: 'GTC', priceTicks: 50 })
    for (let n = 0; n < ORDERS_EACH; n++) v.done(buyer, bid)
    return buyer
  })
}
function ends(events: readonly Event[], end: string): number {
  return all(events, 'OrderEnded').filter((each) => each.end === end).length
}

const GRADED = { cores: 1, memoryMib: 512, diskMib: 0, cards: 0 }
/** So many machines of the seller, evaluated and on offer. */
function manyNodes(v: Venue, seller: Party, count: number): number[] {
  const { site } = only(v.done(seller, { kind: 'AddSite', hub: v.hub, handle: 's' }), 'SiteAdded')
  return Array.from({ length: count }, (_, n) => {
    const publicKey = `${seller.account}f${n}`.padStart(64, '0')
    const { node } = only(
      v.done(seller, { kind: 'RegisterNode', site, handle: `n${n}`, publicKey }),
      'NodeRegistered',
    )
    v.done(seller, {
      kind: 'AttestNode',
      node,
      attested: GRADED,
      reserve: { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 },
      isolation: 'namespaces',
      inventoryDigest: '00'.repeat(32),
    })
    v.done(seller, { kind: 'SetNodeStatus', node, status: 'online', reason: '' })
    v.done(null, { kind: 'ReportContact', node, connected: true })
    v.done(seller, {
      kind: 'ReportEvaluation',
      node,
      suite: 's',
      metrics: [{ metric: 'm', value: 1, spreadPpm: 0 }],
      provisional: false,
      digest: '00'.repeat(32),
      signature: '00'.repeat(64),
      measuredAtUs: v.timeUs,
      expiresAtUs: null,
    })
    v.done(seller, {
      kind: 'SetOffer',
      node,
      sku: v.sku,
      priceTicks: 100,
      maxUnits: 1,
      untilUs: null,
    })
    return node
  })
}
function delist(v: Venue): void {
  const { instrument } = v
  const status = 'delisted'
  v.done(v.operator, { kind: 'SetInstrumentStatus', instrument, status, reason: '' })
}

test(
  'TRD-026 TRD-019 a taker stops, with FILL_LIMIT, before it ended too many orders of its own group',
  () => {
    const v = openVenue()
    const { seller, node, sku } = v
    v.done(seller, { kind: 'WithdrawOffer', node, sku })
    const ownerGroup = v.exchange.answers.account({ account: seller.account })?.ownerGroup ?? 0
    for (const { account } of crowd(v)) {
      v.done(v.operator, { kind: 'SetOwnerGroup', account, ownerGroup })
    }
    const sell = buy(v, { side: 'sell', timeInForce: 'GTC', node, priceTicks: 50 })
    const first = v.done(seller, sell)
    expect(all(first, 'OrderEnded').at(-1)).toMatchObject({ end: 'FILL_LIMIT' })
    const second = v.done(seller, sell)
    expect(ends(first, 'SELF_TRADE') + ends(second, 'SELF_TRADE')).toBe(ORDERS)
    const { order } = only(second, 'OrderPlaced')
    expect(v.exchange.answers.order({ order })?.status).toBe('open')
  },
  PATIENCE_MS,
)

describe('TRD-036 a mass change goes on in Ticks, before any other command', () => {
  test(
    'delisting ends all orders of an instrument',
    () => {
      const v = openVenue()
      const buyers = crowd(v)
      v.takeEvents()
      delist(v)
      expect(v.exchange.nextDueUs()).toBe(v.timeUs)
      v.restart()
      v.wait(0)
      // the seller's standing offer too
      expect(ends(v.takeEvents(), 'INSTRUMENT_DELISTED')).toBe(ORDERS + 1)
      expect(v.exchange.nextDueUs()).toBe(null)
      for (const { account } of buyers) {
        expect(v.exchange.answers.openOrders({ account })).toEqual([])
        expect(v.exchange.answers.balances({ account })).toMatchObject([{ heldMicro: 0n }])
      }
    },
    PATIENCE_MS,
  )

  test(
    'dead-man switches that fire at one time',
    () => {
      const v = openVenue()
      for (const buyer of crowd(v)) v.done(buyer, { kind: 'CancelAfter', timeoutSeconds: 1 })
      expect(ends(v.wait(1), 'CANCEL_AFTER')).toBe(ORDERS)
    },
    PATIENCE_MS,
  )

  test(
    'new grade thresholds move the offers of all nodes',
    () => {
      const v = openVenue()
      const sellers = [0, 1, 2].map(() => openParty(v, 'provider', ['provide', 'evaluate']))
      const nodes = sellers.flatMap((seller) => manyNodes(v, seller, 7_400))
      expect(3 * nodes.length).toBeGreaterThan(LIMITS.eventsPerCommand)
      const best = listInstrument(v, { symbol: 'CPU.A.LAB', grade: 'A' })
      v.takeEvents()
      const minimums = [{ metric: 'm', atLeast: 1 }]
      const thresholds = [{ grade: 'A' as const, minimums }]
      v.done(v.operator, { kind: 'SetGradeThresholds', sku: v.sku, thresholds })
      v.wait(0)
      expect(all(v.takeEvents(), 'NodeGraded')).toHaveLength(nodes.length)
      expect(v.exchange.nextDueUs()).toBe(null)
      const asks = v.exchange.answers.book({ instrument: best, depth: 2 })?.asks
      expect(asks).toEqual([[100, nodes.length, nodes.length]])
    },
    PATIENCE_MS,
  )
})

test(
  'TRD-036 ENG-010 a gap after which there are more renewals than one command can tell',
  () => {
    const LEASES = 700
    const v = openVenue({
      cores: LEASES,
      memoryMib: LEASES * 512,
      depositMicro: 1_000_000_000n,
      horizonSeconds: 60,
    })
    const { node, sku, seller } = v
    const terms = { priceTicks: 100, maxUnits: LEASES, untilUs: null }
    v.done(seller, { kind: 'SetOffer', node, sku, ...terms })
    const leases = Array.from({ length: LEASES }, () => start(v).lease)
    v.wait(0)
    v.takeEvents()
    const fromUs = v.timeUs
    v.timeUs += 3_500 * US_PER_SECOND
    // as the engine does: before the timers that are due
    const command = { kind: 'ResumeAfterGap', fromUs, toUs: v.timeUs } as const
    const envelope = { account: 0, key: 0, id: '0'.repeat(32), command }
    const seq = v.exchange.lastSeq + 1
    const { events: first } = v.exchange.execute({ seq, timeUs: v.timeUs, envelope })
    v.wait(0)
    const events = [...first, ...v.takeEvents()]
    expect(all(events, 'LeaseClosed')).toEqual([])
    for (const lease of leases) {
      const { fundedSeconds } = v.exchange.answers.lease({ lease }) ?? {}
      expect(fundedSeconds).toBeGreaterThan(3_500)
    }
    expect(2 * all(events, 'LeaseRenewed').length).toBeGreaterThan(LIMITS.eventsPerCommand)
  },
  PATIENCE_MS,
)
