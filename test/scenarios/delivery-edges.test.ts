/** Scenarios at the edges of delivery: several machines, lost contact, gaps, caps, late meters. */
import { describe, expect, test } from 'vitest'
import { balance, meter, report, start } from './daemon.ts'
import {
  addNode,
  all,
  buy,
  daemon,
  openParty,
  openVenue,
  only,
  type Party,
  type Venue,
} from './venue.ts'

/** The exchange did not run for so many seconds. */
function gap(v: Venue, seconds: number) {
  const fromUs = v.timeUs
  v.timeUs += seconds * 1_000_000
  const command = { kind: 'ResumeAfterGap', fromUs, toUs: v.timeUs } as const
  const envelope = { account: 0, key: 0, id: '0'.repeat(32), command }
  return v.exchange.execute({ seq: v.exchange.lastSeq + 1, timeUs: v.timeUs, envelope }).events
}
function contact(v: Venue, connected: boolean) {
  return v.done(null, { kind: 'ReportContact', node: v.node, connected })
}

describe('meters', () => {
  test('DLV-021 late coverage is not believed in parts either', () => {
    const v = openVenue()
    const { lease, allocation } = start(v)
    v.wait(2_000)
    for (const coveredSeconds of [660, 1_320, 2_000]) meter(v, [{ lease, coveredSeconds }])
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    const events = meter(v, [{ lease, coveredSeconds: 2_000, final: true }])
    expect(only(events, 'LeaseSettled').acceptedSeconds).toBe(660)
  })

  test('DLV-021 who reports every minute is believed to the second, catching up included', () => {
    const v = openVenue()
    const { lease, allocation } = start(v)
    let coveredSeconds = 5
    for (let minute = 0; minute < 30; minute++) {
      v.wait(60)
      coveredSeconds += 60
      if (minute < 10 || minute > 18) meter(v, [{ lease, coveredSeconds }])
    }
    v.wait(5)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    const events = meter(v, [{ lease, coveredSeconds: 1_805, final: true }])
    expect(only(events, 'LeaseSettled').acceptedSeconds).toBe(1_805)
  })

  test('DLV-008 DLV-011 who learns late of a close reports on, and is paid up to the close', () => {
    const v = openVenue()
    const { lease } = start(v, { durationSeconds: 100 })
    v.wait(160)
    const late = meter(v, [{ lease, coveredSeconds: 160, final: true }])
    expect(only(late, 'MeterRead').coveredSeconds).toBe(100)
    expect(only(late, 'LeaseSettled').acceptedSeconds).toBe(100)
  })

  test('DLV-007 a report reads every lease once', () => {
    const v = openVenue()
    const { lease } = start(v)
    v.wait(60)
    const twice = report(v, [
      { lease, coveredSeconds: 60 },
      { lease, coveredSeconds: 10 },
    ])
    expect(v.refused(daemon(v), twice)).toBe('FIELD_INVALID')
  })
})

describe('several machines', () => {
  test('DLV-024 a lease that was opened waits for the others without a deadline of its own', () => {
    const v = openVenue({ cores: 2 })
    const first: Party = daemon(v)
    addNode(v, { cores: 2 })
    const [one, other] = all(v.done(v.buyer, buy(v, { units: 4 })), 'LeaseOpened')
    if (one === undefined || other === undefined) throw new Error('two leases')
    v.done(first, { kind: 'ReportReady', lease: one.lease, nonce: one.nonce })
    for (let minute = 0; minute < 5; minute++) {
      v.wait(60)
      const bytes = { bytesDone: minute, bytesTotal: 9 }
      v.done(daemon(v), { kind: 'ReportStartProgress', lease: other.lease, ...bytes })
    }
    const late = {
      kind: 'ReportStartProgress',
      lease: one.lease,
      bytesDone: 1,
      bytesTotal: 1,
    } as const
    expect(v.refused(first, late)).toBe('LEASE_STATE')
    const ready = { kind: 'ReportReady', lease: other.lease, nonce: other.nonce } as const
    expect(all(v.done(daemon(v), ready), 'LeaseReady')).toHaveLength(2)
  })
})

describe('reclaim, contact and gaps', () => {
  test('DLV-023 DLV-019 each seller of an allocation may reclaim it, and nobody else', () => {
    const v = openVenue({ cores: 2 })
    const { seller } = v
    v.seller = openParty(v, 'provider', ['provide'])
    addNode(v, { cores: 2 })
    const [one] = all(v.done(v.buyer, buy(v, { units: 4 })), 'LeaseOpened')
    const reclaim = {
      kind: 'ReclaimAllocation',
      allocation: one?.allocation ?? 0,
      reason: 'other',
    } as const
    expect(v.refused(v.buyer, reclaim)).toBe('SCOPE_MISSING')
    expect(v.refused(openParty(v, 'provider', ['provide']), reclaim)).toBe('NOT_FOUND')
    expect(all(v.done(seller, reclaim), 'LeaseClosed')).toHaveLength(2)
  })

  test('DLV-023 ENG-010 a gap does not eat the notice', () => {
    const v = openVenue()
    const { allocation } = start(v)
    v.done(v.seller, { kind: 'ReclaimAllocation', allocation, reason: 'other' })
    v.wait(100)
    gap(v, 1_000)
    expect(all(v.wait(499), 'LeaseClosed')).toEqual([])
    expect(only(v.wait(2), 'LeaseClosed').end).toBe('RECLAIMED')
  })

  test('ENG-010 LED-021 a gap over midnight: bills of the old day are still posted', () => {
    const v = openVenue()
    const one = start(v)
    v.wait(1_700)
    const two = start(v, { horizonSeconds: 36_000 })
    v.wait(10_300)
    meter(v, [
      { lease: one.lease, coveredSeconds: 12_000 },
      { lease: two.lease, coveredSeconds: 10_300 },
    ])
    // midnight is 12,800 seconds after the start; the second lease's hour is over at 12,500
    all(gap(v, 2_000), 'LeaseRenewed')
    expect(all(v.wait(1), 'LeaseBilled')).toMatchObject([{ lease: two.lease }])
  })

  test('DLV-020 a lease with notice is not renewed out of contact, and catches up after', () => {
    const v = openVenue({ horizonSeconds: 900 })
    const { allocation } = start(v)
    v.wait(200)
    contact(v, false)
    v.wait(600)
    v.done(v.seller, { kind: 'ReclaimAllocation', allocation, reason: 'other' })
    expect(all(v.wait(50), 'LeaseRenewed')).toEqual([])
    contact(v, true)
    expect(all(v.wait(1), 'LeaseRenewed')).toMatchObject([{ fundedSeconds: 1_400 }])
    expect(only(v.wait(600), 'LeaseClosed').end).toBe('RECLAIMED')
  })

  test('DLV-020 a lease with notice whose funding ends out of contact: FUNDING_UNCONFIRMED', () => {
    const v = openVenue({ horizonSeconds: 900 })
    const { allocation } = start(v)
    v.wait(200)
    contact(v, false)
    v.wait(600)
    v.done(v.seller, { kind: 'ReclaimAllocation', allocation, reason: 'other' })
    expect(only(v.wait(101), 'LeaseClosed').end).toBe('FUNDING_UNCONFIRMED')
  })

  test('DLV-020 a lease that becomes ready out of contact is suspended until contact', () => {
    const v = openVenue({ horizonSeconds: 700 })
    const { lease, nonce } = only(v.done(v.buyer, buy(v)), 'LeaseOpened')
    contact(v, false)
    const events = v.done(daemon(v), { kind: 'ReportReady', lease, nonce })
    expect(only(events, 'LeaseSuspended').lease).toBe(lease)
    expect(all(v.wait(300), 'LeaseRenewed')).toEqual([])
    expect(all([...contact(v, true), ...v.wait(1)], 'LeaseRenewed')).toHaveLength(1)
  })
})

describe('the cap of an order', () => {
  test('DLV-018 TRD-013 binds all its allocations and what it still holds together', () => {
    const v = openVenue({ cores: 1 })
    const capMicro = 100_000n
    const shape = { units: 3, timeInForce: 'GTC', horizonSeconds: 700, capMicro } as const
    const opened = only(v.done(v.buyer, buy(v, shape)), 'LeaseOpened')
    v.done(daemon(v), { kind: 'ReportReady', lease: opened.lease, nonce: opened.nonce })
    v.wait(3_600)
    const { held, escrowed } = balance(v, v.buyer)
    expect(held + escrowed <= capMicro).toBe(true)
  })
})

describe('the next commitment', () => {
  test('DLV-026 DLV-024 a machine that is promised to others may start only until then', () => {
    const v = openVenue({ cores: 1 })
    const hourUs = 3_600_000_000
    const fromUs = v.timeUs + 60_000_000
    const resources = { cores: 1, memoryMib: 1, diskMib: 0, cards: 0 }
    const promise = { node: v.node, resources, fromUs, untilUs: fromUs + hourUs, reason: '' }
    v.done(v.seller, { kind: 'CommitCapacity', ...promise })
    const { lease } = only(v.done(v.buyer, buy(v)), 'LeaseOpened')
    v.wait(30)
    v.done(daemon(v), { kind: 'ReportStartProgress', lease, bytesDone: 1, bytesTotal: 2 })
    expect(only(v.wait(30), 'LeaseClosed')).toMatchObject({ end: 'START_TIMEOUT' })
    expect(balance(v, v.buyer)).toMatchObject({ available: 100_000_000n, escrowed: 0n })
  })
})
