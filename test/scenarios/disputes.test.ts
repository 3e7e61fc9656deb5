/** Two meters of one lease that agree or not; titles cite docs/rulebook. */
import { describe, expect, test } from 'vitest'
import type { Side } from '../../src/messages/index.ts'
import { balance, meter, start } from './daemon.ts'
import { counts, disputesOf, meteredLease, reading, together, twoPersons } from './dispute-venue.ts'
import { cleanBooks, promisedVenue, says } from './sla-venue.ts'
import { all, issueKey, only, openParty, openVenue } from './venue.ts'

const DAY = 86_400
/** 0.10 a core-hour, without fees where a test is about seconds. */
const HOUR_MICRO = 100_000n
const NO_FEES = { makerFeePpm: 0, takerFeePpm: 0, sellerFeePpm: 0 }
const START_MICRO = 100_000_000n
const priceOf = (seconds: number): bigint => (HOUR_MICRO * BigInt(seconds)) / 3_600n

describe('the buyer’s meter', () => {
  test('DSP-001 it never falls, and is never ahead of the lease clock', () => {
    const v = openVenue()
    const { lease } = start(v)
    v.wait(60)
    const read = only(counts(v, lease, 58), 'BuyerMeterRead')
    expect(read).toMatchObject({ reading: 1, coveredSeconds: 58, heardSeconds: 60 })
    expect(v.refused(v.buyer, reading(lease, 57))).toBe('METER_DECREASED')
    expect(v.refused(v.buyer, reading(lease, 71))).toBe('METER_AHEAD')
    // A clock that is a little fast is cut, not refused.
    expect(only(counts(v, lease, 70), 'BuyerMeterRead').coveredSeconds).toBe(60)
    v.done(v.buyer, reading(lease, 70, 9_000))
    expect(v.refused(v.buyer, reading(lease, 70, 8_999))).toBe('METER_DECREASED')
  })

  test('DSP-001 each reading has the hash of the one before in its own', () => {
    const v = openVenue()
    const { lease } = start(v)
    v.wait(60)
    const one = only(counts(v, lease, 60), 'BuyerMeterRead')
    v.restart()
    const two = only(counts(v, lease, 60), 'BuyerMeterRead')
    expect(two.head).not.toBe(one.head)
    expect(v.exchange.answers.buyerMeter({ lease })).toMatchObject({ readings: 2, head: two.head })
  })

  test('DSP-001 only a key of the buyer with scope deliver reports it, when the lease is ready', () => {
    const v = openVenue()
    const { lease } = start(v)
    const other = openParty(v, 'buyer', ['read', 'deliver'])
    expect(v.refused(other, reading(lease, 0))).toBe('NOT_FOUND')
    expect(v.refused(v.seller, reading(lease, 0))).toBe('NOT_FOUND')
    const key = issueKey(v, v.buyer.account, ['read', 'trade'])
    expect(v.refused({ ...v.buyer, key }, reading(lease, 0))).toBe('SCOPE_MISSING')
  })

  test('DSP-002 after the final bill it says nothing more', () => {
    const v = openVenue()
    const { lease } = meteredLease(v, 120, 120)
    expect(v.refused(v.buyer, reading(lease, 120))).toBe('METER_LATE')
    const disputed = meteredLease(v, 120, 60)
    expect(only(disputed.events, 'DisputeOpened').lease).toBe(disputed.lease)
    expect(v.refused(v.buyer, reading(disputed.lease, 100))).toBe('METER_LATE')
  })

  test('DSP-003 what it is silent about for more than 11 minutes counts as delivered', () => {
    const v = openVenue()
    const { lease, allocation } = start(v)
    for (let clock = 100; clock <= 1_000; clock += 100) {
      v.wait(100)
      meter(v, [{ lease, coveredSeconds: clock }])
    }
    // Of 1,000 seconds only the last 660 can be contested by a first word.
    expect(only(counts(v, lease, 0), 'BuyerMeterRead').coveredSeconds).toBe(340)
    v.wait(60)
    expect(only(counts(v, lease, 60), 'BuyerMeterRead').coveredSeconds).toBe(400)
    // Nor is what follows its last word.
    v.wait(500)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    const ended = meter(v, [{ lease, coveredSeconds: 1_560, final: true }])
    expect(only(ended, 'DisputeOpened')).toMatchObject({ sellerSeconds: 1_560, buyerSeconds: 900 })
  })

  test('DSP-004 while the lease runs only what both count is posted', () => {
    const v = openVenue(NO_FEES)
    const { lease } = start(v)
    const billed = []
    for (let clock = 60; clock <= 7_200; clock += 60) {
      billed.push(...all(v.wait(60), 'LeaseBilled'))
      meter(v, [{ lease, coveredSeconds: clock }])
      counts(v, lease, Math.min(clock, 1_200))
    }
    expect(billed.at(-1)).toMatchObject({ acceptedSeconds: 1_200, billedMicro: priceOf(1_200) })
    // It was cut off and catches up: what it had not heard of is posted with the next bill.
    counts(v, lease, 7_200)
    const later = all(v.wait(3_600), 'LeaseBilled')
    expect(later.at(-1)?.acceptedSeconds).toBe(7_200)
  })
})

describe('the final bill', () => {
  test('DSP-005 two per cent or five seconds are no dispute', () => {
    for (const [seconds, buyer, isDisputed] of [
      [120, 115, false],
      [120, 114, true],
      [600, 588, false],
      [600, 587, true],
      [600, 600, false],
    ] as const) {
      const v = openVenue(NO_FEES)
      const { events, lease } = meteredLease(v, seconds, buyer)
      expect(all(events, 'DisputeOpened')).toHaveLength(isDisputed ? 1 : 0)
      if (isDisputed) continue
      expect(only(events, 'LeaseSettled')).toMatchObject({ lease, acceptedSeconds: seconds })
      cleanBooks(v)
    }
  })

  test('DSP-005 what both count is paid at once, the rest of the escrow waits for neither', () => {
    const v = openVenue()
    const { events, lease, allocation } = meteredLease(v, 600, 400)
    const opened = only(events, 'DisputeOpened')
    expect(opened).toMatchObject({
      sellerSeconds: 600,
      buyerSeconds: 400,
      sellerPeriod: 11,
      buyerReading: 10,
      disputedMicro: priceOf(600) - priceOf(400),
    })
    expect(opened.sellerEvidence).not.toBe('0'.repeat(64))
    expect(opened.buyerEvidence).not.toBe('0'.repeat(64))
    expect(only(events, 'LeaseBilled')).toMatchObject({ acceptedSeconds: 400 })
    expect(all(events, 'LeaseSettled')).toEqual([])
    const view = v.exchange.answers.lease({ lease })
    expect(view).toMatchObject({ status: 'closed', settledAtUs: null, dispute: opened.dispute })
    expect(view?.escrowMicro).toBe(opened.disputedMicro + opened.disputedFeeMicro)
    const { available, escrowed } = balance(v, v.buyer)
    expect(escrowed).toBe(view?.escrowMicro)
    const paid = (view?.billedMicro ?? 0n) + (view?.buyerFeeMicro ?? 0n)
    expect(available + escrowed).toBe(START_MICRO - paid)
    // The machine is free: another lease starts, and the daemon has nothing left to do.
    expect(v.exchange.answers.assignments({ node: v.node })).toEqual([])
    expect(v.exchange.answers.node({ node: v.node })?.leased.cores).toBe(0)
    expect(v.exchange.answers.allocation({ allocation })?.status).toBe('closed')
    cleanBooks(v)
    v.restart()
    expect(v.exchange.answers.lease({ lease })).toEqual(view)
  })

  test('DSP-005 a buyer that counts more has nothing to dispute', () => {
    const v = openVenue()
    const { lease, allocation } = start(v)
    v.wait(300)
    counts(v, lease, 300)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    const events = meter(v, [{ lease, coveredSeconds: 200, final: true }])
    expect(only(events, 'LeaseSettled').acceptedSeconds).toBe(200)
  })

  test('DSP-005 a daemon that never sends its last reading is disputed too', () => {
    const v = openVenue()
    const { lease, allocation } = start(v)
    v.wait(300)
    meter(v, [{ lease, coveredSeconds: 300 }])
    counts(v, lease, 100)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    expect(only(v.wait(601), 'DisputeOpened')).toMatchObject({ sellerSeconds: 300 })
    cleanBooks(v)
  })
})

describe('who decides', () => {
  test('DSP-006 minutes that the prober saw fail are the third source, also when said later', () => {
    const p = promisedVenue({}, NO_FEES)
    const { v } = p
    const { lease, events } = meteredLease(v, 600, 480)
    const { dispute } = only(events, 'DisputeOpened')
    v.done(p.prober, says('prober', lease, 3, 4))
    expect(v.exchange.answers.dispute({ dispute })).toMatchObject({ doubtedSeconds: 60 })
    const decided = v.done(p.prober, says('prober', lease, 5, 6))
    expect(only(decided, 'DisputeResolved')).toMatchObject({
      by: 'sources',
      acceptedSeconds: 480,
      paidMicro: 0n,
      returnedMicro: priceOf(600) - priceOf(480),
    })
    expect(only(decided, 'LeaseSettled').acceptedSeconds).toBe(480)
    expect(balance(v, v.buyer).available).toBe(START_MICRO - priceOf(480))
    cleanBooks(v)
  })

  test('DSP-006 what the prober said before the end decides in the same command', () => {
    const p = promisedVenue({}, NO_FEES)
    const { v } = p
    const { lease, allocation } = start(v)
    v.wait(300)
    meter(v, [{ lease, coveredSeconds: 300 }])
    counts(v, lease, 240)
    v.done(p.prober, says('prober', lease, 2, 3))
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    const events = meter(v, [{ lease, coveredSeconds: 300, final: true }])
    expect(only(events, 'DisputeOpened').dispute).toBe(only(events, 'DisputeResolved').dispute)
    expect(only(events, 'LeaseSettled').acceptedSeconds).toBe(240)
  })

  test('DSP-007 DSP-009 two persons of the operator decide once, between the two counts', () => {
    const v = openVenue(NO_FEES)
    const persons = twoPersons(v)
    const { events, lease } = meteredLease(v, 600, 400)
    const { dispute } = only(events, 'DisputeOpened')
    const resolve = (acceptedSeconds: number, reason = 'the log has a gap of 100 s') =>
      ({ kind: 'ResolveDispute', dispute, acceptedSeconds, reason }) as const
    expect(v.refused(persons[0], resolve(500))).toBe('TWO_PERSONS_NEEDED')
    expect(together(v, persons, resolve(399))).toBe('FIELD_INVALID')
    expect(together(v, persons, resolve(601))).toBe('FIELD_INVALID')
    expect(together(v, persons, resolve(500, ''))).toBe('FIELD_INVALID')
    const decided = together(v, persons, resolve(500))
    if (typeof decided === 'string') throw new Error(decided)
    expect(only(decided, 'DisputeResolved')).toMatchObject({
      by: 'operator',
      acceptedSeconds: 500,
      paidMicro: priceOf(500) - priceOf(400),
      returnedMicro: priceOf(600) - priceOf(500),
    })
    expect(balance(v, v.buyer)).toMatchObject({
      available: START_MICRO - priceOf(500),
      escrowed: 0n,
    })
    expect(balance(v, v.seller).available).toBe(priceOf(500))
    expect(together(v, persons, resolve(500))).toBe('DISPUTE_CLOSED')
    expect(all(v.wait(4 * DAY), 'DisputeResolved')).toEqual([])
    expect(v.exchange.answers.lease({ lease })?.settledAtUs).not.toBeNull()
    cleanBooks(v)
  })

  test('DSP-008 after 72 hours the seller’s count holds: who only says less gains nothing', () => {
    const v = openVenue(NO_FEES)
    const { events } = meteredLease(v, 600, 0)
    const { dispute } = only(events, 'DisputeOpened')
    expect(all(v.wait(3 * DAY - 1), 'DisputeResolved')).toEqual([])
    v.restart()
    const decided = v.wait(2)
    expect(only(decided, 'DisputeResolved')).toMatchObject({ by: 'deadline', acceptedSeconds: 600 })
    expect(v.exchange.answers.dispute({ dispute })?.decision?.returnedMicro).toBe(0n)
    expect(balance(v, v.buyer).available).toBe(START_MICRO - priceOf(600))
    expect(balance(v, v.seller).available).toBe(priceOf(600))
    cleanBooks(v)
  })

  test('DSP-008 minutes that one independent source doubts are not paid at the deadline', () => {
    const p = promisedVenue({}, NO_FEES)
    const { v } = p
    const { lease, events } = meteredLease(v, 600, 300)
    expect(all(events, 'DisputeOpened')).toHaveLength(1)
    v.done(p.prober, says('prober', lease, 3, 5))
    const decided = v.wait(4 * DAY)
    expect(only(decided, 'DisputeResolved')).toMatchObject({ by: 'deadline', acceptedSeconds: 480 })
    cleanBooks(v)
  })

  test('DSP-010 a dispute is listed for both parties, and for nobody else', () => {
    const v = openVenue()
    const { events, lease } = meteredLease(v, 600, 400)
    const { dispute } = only(events, 'DisputeOpened')
    const stranger = openParty(v, 'buyer', ['read'])
    const of = (account: number | null, open = true, side: Side | null = null) =>
      disputesOf(v, { account, open, side }).map((each) => each.dispute)
    expect(of(v.buyer.account)).toEqual([dispute])
    expect(of(v.seller.account)).toEqual([dispute])
    expect(of(null)).toEqual([dispute])
    expect([of(v.seller.account, true, 'sell'), of(v.seller.account, true, 'buy')]).toEqual([
      [dispute],
      [],
    ])
    expect(disputesOf(v, { before: dispute })).toEqual([])
    expect(of(stranger.account)).toEqual([])
    const view = v.exchange.answers.dispute({ dispute })
    expect(view?.trace.at(-1)).toEqual({ clock: 600, seller: 600, buyer: 400 })
    expect(view?.lease).toBe(lease)
    v.wait(4 * DAY)
    expect(of(null)).toEqual([])
    expect(of(null, false)).toEqual([dispute])
  })
})
