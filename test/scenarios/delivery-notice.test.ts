/** What programs are told of the end of their lease, and from when on (rule DLV-034). */
import { describe, expect, test } from 'vitest'
import { start } from './daemon.ts'
import { buy, daemon, only, openVenue, type Venue } from './venue.ts'

const SECOND_US = 1_000_000

/** As the daemon has it: seconds from now to the time of telling and to the end. */
function told(v: Venue) {
  const notice = v.exchange.answers.assignments({ node: v.node })[0]?.lease.notice ?? null
  if (notice === null) return null
  const { kind, reason, fromUs, endsAtUs } = notice
  const inSeconds = (us: number) => (us - v.timeUs) / SECOND_US
  return { kind, reason, from: inSeconds(fromUs), end: inSeconds(endsAtUs) }
}
function contact(v: Venue, connected: boolean) {
  v.done(null, { kind: 'ReportContact', node: v.node, connected })
}

describe('DLV-034 the notice of a lease', () => {
  test('is none before it is ready and once it is over', () => {
    const v = openVenue()
    const { lease, allocation, nonce } = only(v.done(v.buyer, buy(v)), 'LeaseOpened')
    expect(told(v)).toBeNull()
    v.done(daemon(v), { kind: 'ReportReady', lease, nonce })
    expect(told(v)).not.toBeNull()
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    expect(v.exchange.answers.lease({ lease })?.notice).toBeNull()
  })

  test('of one that is taken back stands from then on until it ends, over restarts', () => {
    const v = openVenue()
    const { allocation } = start(v)
    v.wait(100)
    expect(told(v)?.kind).toBe('end')
    v.done(v.seller, { kind: 'ReclaimAllocation', allocation, reason: 'maintenance' })
    const notice = { kind: 'reclaim', reason: 'RECLAIMED' }
    expect(told(v)).toEqual({ ...notice, from: 0, end: 600 })
    v.wait(200)
    v.restart()
    expect(told(v)).toEqual({ ...notice, from: -200, end: 400 })
    expect(only(v.wait(400), 'LeaseClosed').end).toBe('RECLAIMED')
  })

  test('of one that is taken back says when its duration is over first', () => {
    const v = openVenue()
    const { allocation } = start(v, { durationSeconds: 300 })
    v.done(v.seller, { kind: 'ReclaimAllocation', allocation, reason: 'other' })
    expect(told(v)).toMatchObject({ kind: 'reclaim', reason: 'DURATION_REACHED', end: 300 })
    expect(only(v.wait(300), 'LeaseClosed').end).toBe('DURATION_REACHED')
  })

  test('of an end that was bought comes five minutes before it, in a short one in its last quarter', () => {
    const v = openVenue({ horizonSeconds: 7_200 })
    const { allocation } = start(v, { durationSeconds: 3_600 })
    const notice = { kind: 'end', reason: 'DURATION_REACHED' }
    expect(told(v)).toEqual({ ...notice, from: 3_300, end: 3_600 })
    v.done(v.buyer, { kind: 'SetDuration', allocation, durationSeconds: 100 })
    expect(told(v)).toEqual({ ...notice, from: 75, end: 100 })
    v.done(v.buyer, { kind: 'SetDuration', allocation, durationSeconds: 3_000 })
    expect(told(v)).toEqual({ ...notice, from: 2_700, end: 3_000 })
  })

  test('is never due in a lease that is renewed in time', () => {
    const v = openVenue({ horizonSeconds: 900 })
    start(v)
    for (let minute = 0; minute < 60; minute++) {
      expect(told(v)?.from).toBeGreaterThan(0)
      v.wait(60)
    }
  })

  test('says that nobody can confirm delivery, out of contact, and is put off with contact', () => {
    const v = openVenue({ horizonSeconds: 900 })
    start(v)
    v.wait(10)
    contact(v, false)
    expect(told(v)).toMatchObject({ kind: 'end', reason: 'FUNDING_UNCONFIRMED', end: 890 })
    v.wait(680)
    expect(told(v)).toMatchObject({ reason: 'FUNDING_UNCONFIRMED', from: -15, end: 210 })
    contact(v, true)
    v.wait(1)
    expect(told(v)?.from).toBeGreaterThan(0)
  })

  test('of one that is taken back names the end of the money where that comes first', () => {
    const v = openVenue({ horizonSeconds: 900 })
    const { allocation } = start(v)
    v.wait(200)
    contact(v, false)
    v.wait(600)
    v.done(v.seller, { kind: 'ReclaimAllocation', allocation, reason: 'other' })
    expect(told(v)).toMatchObject({ kind: 'reclaim', reason: 'FUNDING_UNCONFIRMED', end: 100 })
    contact(v, true)
    expect(told(v)).toMatchObject({ kind: 'reclaim', reason: 'RECLAIMED', end: 600 })
  })
})
