/** Scenarios of delivery through the whole state machine; titles cite docs/rulebook. */
import { describe, expect, test } from 'vitest'
import { balance, meter, report, start } from './daemon.ts'
import { all, buy, daemon, openVenue, only } from './venue.ts'

const SPEC = 'ab'.repeat(32)

describe('a lease from trade to settlement', () => {
  test('DLV-010 the hold becomes escrow at the maker’s price and the improvement is free', () => {
    const v = openVenue({ priceTicks: 80 })
    v.done(v.buyer, buy(v, { priceTicks: 100 }))
    // 80 ticks x 1,000 micro x 1 unit x 1 h = 80,000; fee 500 ppm = 40
    expect(balance(v, v.buyer)).toEqual({ available: 99_919_960n, held: 0n, escrowed: 80_040n })
  })

  test('DLV-011 DLV-012 DLV-013 DLV-017 three seconds are billed as three seconds', () => {
    const v = openVenue()
    const { lease, allocation } = start(v)
    v.wait(3)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    const settled = only(meter(v, [{ lease, coveredSeconds: 3, final: true }]), 'LeaseSettled')
    // floor(100,000 x 3 / 3600) = 83; buyer fee ceil(83 x 500 ppm) = 1; commission ceil(83 x 1 %) = 1
    expect(settled).toMatchObject({ acceptedSeconds: 3, billedMicro: 83n, buyerFeeMicro: 1n })
    expect(balance(v, v.buyer)).toEqual({ available: 99_999_916n, held: 0n, escrowed: 0n })
    expect(balance(v, v.seller).available).toBe(82n)
  })

  test('DLV-011 what the meter does not cover is not billed', () => {
    const v = openVenue()
    const { lease, allocation } = start(v)
    v.wait(100)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    const events = meter(v, [{ lease, coveredSeconds: 40, final: true }])
    expect(only(events, 'LeaseSettled').acceptedSeconds).toBe(40)
  })

  test('DLV-013 a silent daemon is waited for 600 seconds', () => {
    const v = openVenue()
    const { allocation } = start(v)
    v.wait(10)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    expect(all(v.wait(599), 'LeaseSettled')).toEqual([])
    expect(only(v.wait(2), 'LeaseSettled').billedMicro).toBe(0n)
  })

  test('DLV-014 who gives back before ready pays 60 seconds', () => {
    const v = openVenue()
    const { allocation } = only(v.done(v.buyer, buy(v)), 'LeaseOpened')
    const events = v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    expect(only(events, 'LeaseSettled').billedMicro).toBe(1_666n)
  })

  test('DLV-024 DLV-025 not ready in 120 seconds: START_TIMEOUT and everything back', () => {
    const v = openVenue()
    v.done(v.buyer, buy(v))
    const events = v.wait(121)
    expect(only(events, 'LeaseClosed')).toMatchObject({ end: 'START_TIMEOUT', fault: 'provider' })
    expect(balance(v, v.buyer)).toEqual({ available: 100_000_000n, held: 0n, escrowed: 0n })
  })

  test('DLV-024 progress in bytes moves the start deadline, one hour at most', () => {
    const v = openVenue()
    const { lease } = only(v.done(v.buyer, buy(v)), 'LeaseOpened')
    for (let minute = 0; minute < 59; minute++) {
      v.wait(60)
      const progress = {
        kind: 'ReportStartProgress',
        lease,
        bytesDone: minute,
        bytesTotal: 100,
      } as const
      v.done(daemon(v), progress)
    }
    expect(only(v.wait(121), 'LeaseClosed').end).toBe('START_TIMEOUT')
  })

  test('DLV-005 DLV-004 only the exchange’s nonce opens a lease, once', () => {
    const v = openVenue()
    const { lease, nonce } = only(v.done(v.buyer, buy(v)), 'LeaseOpened')
    const wrong = { kind: 'ReportReady', lease, nonce: 'ff'.repeat(16) } as const
    expect(v.refused(daemon(v), wrong)).toBe('NONCE_WRONG')
    v.done(daemon(v), { ...wrong, nonce })
    expect(v.refused(daemon(v), { ...wrong, nonce })).toBe('LEASE_STATE')
  })
})

describe('funding', () => {
  test('DLV-016 DLV-018 a lease renews ten minutes before its funding ends', () => {
    const v = openVenue()
    const { lease } = start(v)
    v.wait(2_990)
    expect(all(v.wait(20), 'LeaseRenewed')).toMatchObject([{ lease, fundedSeconds: 7_200 }])
  })

  test('DLV-018 the last money buys at least a minute, then the lease ends: FUNDS_EXHAUSTED', () => {
    // one hour and a bit: 100,050 for the first hour, 5,002 left = 179 seconds
    const v = openVenue({ depositMicro: 110_000n })
    const { lease } = start(v)
    const events = v.wait(4_000)
    const [renewed] = all(events, 'LeaseRenewed')
    expect(renewed?.fundedSeconds).toBeGreaterThan(3_660)
    expect(all(events, 'LeaseRenewalRefused')[0]).toMatchObject({
      lease,
      code: 'INSUFFICIENT_FUNDS',
    })
    expect(only(events, 'LeaseClosed')).toMatchObject({ end: 'FUNDS_EXHAUSTED', fault: 'buyer' })
  })

  test('DLV-018 an order’s own cap ends its lease: BUDGET_EXHAUSTED', () => {
    const v = openVenue()
    start(v, { capMicro: 100_050n })
    expect(only(v.wait(3_601), 'LeaseClosed').end).toBe('BUDGET_EXHAUSTED')
  })

  test('DLV-026 a lease ends by itself when its duration is reached', () => {
    const v = openVenue()
    start(v, { durationSeconds: 300 })
    expect(balance(v, v.buyer).escrowed).toBe(8_339n)
    expect(only(v.wait(301), 'LeaseClosed').end).toBe('DURATION_REACHED')
  })

  test('DLV-026 and when the node’s next commitment begins', () => {
    const v = openVenue()
    const resources = { cores: 4, memoryMib: 1, diskMib: 0, cards: 0 }
    const fromUs = v.timeUs + 1_000 * 1_000_000
    const untilUs = fromUs + 1_000_000_000
    v.done(v.seller, {
      kind: 'CommitCapacity',
      node: v.node,
      resources,
      fromUs,
      untilUs,
      reason: '',
    })
    start(v)
    expect(only(v.wait(1_001), 'LeaseClosed').end).toBe('COMMITMENT_REACHED')
  })
})

describe('contact and reclaim', () => {
  test('DLV-020 out of contact nothing is renewed, and the end is FUNDING_UNCONFIRMED', () => {
    const v = openVenue()
    start(v)
    v.wait(60)
    v.done(null, { kind: 'ReportContact', node: v.node, connected: false })
    const events = v.wait(3_600)
    expect(all(events, 'LeaseRenewed')).toEqual([])
    expect(only(events, 'LeaseClosed')).toMatchObject({ end: 'FUNDING_UNCONFIRMED', fault: 'none' })
  })

  test('DLV-020 contact again renews what is overdue', () => {
    const v = openVenue()
    const { lease } = start(v)
    v.done(null, { kind: 'ReportContact', node: v.node, connected: false })
    v.wait(3_300)
    const events = v.done(null, { kind: 'ReportContact', node: v.node, connected: true })
    expect(only(events, 'LeaseResumed').lease).toBe(lease)
    expect(only(v.wait(1), 'LeaseRenewed').fundedSeconds).toBe(7_200)
  })

  test('DLV-021 coverage more than ten minutes late is not believed', () => {
    const v = openVenue()
    const { lease, allocation } = start(v)
    v.wait(2_000)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    const events = meter(v, [{ lease, coveredSeconds: 2_000, final: true }])
    expect(only(events, 'LeaseSettled').acceptedSeconds).toBe(660)
  })

  test('DLV-023 a provider reclaims after notice; the notice is paid', () => {
    const v = openVenue()
    const { allocation } = start(v)
    v.wait(10)
    v.done(v.seller, { kind: 'ReclaimAllocation', allocation, reason: 'maintenance' })
    expect(all(v.wait(599), 'LeaseClosed')).toEqual([])
    expect(only(v.wait(2), 'LeaseClosed')).toMatchObject({ end: 'RECLAIMED', fault: 'provider' })
  })

  test('DLV-023 an interruptible lease ends at once with PROVIDER_SHUTDOWN', () => {
    const v = openVenue({ interruptible: true })
    const { allocation } = start(v)
    const command = { kind: 'ReclaimAllocation', allocation, reason: 'shutdown' } as const
    expect(only(v.done(v.seller, command), 'LeaseClosed').end).toBe('PROVIDER_SHUTDOWN')
  })

  test('ENG-010 after a gap deadlines shift and leases are renewed first', () => {
    const v = openVenue()
    const { lease } = start(v)
    const second = only(v.done(v.buyer, buy(v)), 'LeaseOpened')
    v.wait(10)
    const fromUs = v.timeUs
    v.timeUs += 3_590 * 1_000_000
    const { exchange } = v
    const envelope = {
      account: 0,
      key: 0,
      id: '0'.repeat(32),
      command: { kind: 'ResumeAfterGap', fromUs, toUs: v.timeUs } as const,
    }
    const seq = exchange.lastSeq + 1
    const { events } = exchange.execute({ seq, timeUs: v.timeUs, envelope })
    expect(all(events, 'LeaseRenewed').at(-1)).toMatchObject({ lease, fundedSeconds: 7_200 })
    expect(all(v.wait(100), 'LeaseClosed')).toEqual([])
    expect(all(v.wait(20), 'LeaseClosed')).toMatchObject([{ lease: second.lease }])
  })

  test('ENG-012 a gap does not do what a held renewal may not do; released, it renews', () => {
    const v = openVenue()
    const { lease } = start(v)
    v.wait(10)
    const isRenewal = (timer: number): boolean => {
      const [held] = all(v.done(null, { kind: 'HoldTimer', timer }), 'TimerHeld')
      if (held?.what === 'renewal') return true
      if (held !== undefined) v.done(v.operator, { kind: 'ReleaseTimer', timer })
      return false
    }
    const timer = [1, 2, 3, 4, 5, 6].find(isRenewal) ?? 0
    const fromUs = v.timeUs
    v.timeUs += 3_500_000_000
    const gap = v.done(null, { kind: 'ResumeAfterGap', fromUs, toUs: v.timeUs })
    expect(all(gap, 'LeaseRenewed')).toEqual([])
    expect(all(v.wait(10), 'LeaseRenewed')).toEqual([])
    v.restart()
    v.done(v.operator, { kind: 'ReleaseTimer', timer })
    expect(only(v.wait(1), 'LeaseRenewed')).toMatchObject({ lease, fundedSeconds: 7_200 })
  })
})

describe('meters and workloads', () => {
  test('DLV-006 a report out of order is refused', () => {
    const v = openVenue()
    const { lease } = start(v)
    v.wait(60)
    const first = report(v, [{ lease, coveredSeconds: 60 }])
    v.done(daemon(v), first)
    expect(v.refused(daemon(v), first)).toBe('METER_CHAIN_BROKEN')
  })

  test('DLV-007 DLV-008 totals neither fall nor run ahead', () => {
    const v = openVenue()
    const { lease } = start(v)
    v.wait(60)
    meter(v, [{ lease, coveredSeconds: 60 }])
    expect(v.refused(daemon(v), report(v, [{ lease, coveredSeconds: 59 }]))).toBe('METER_DECREASED')
    const w = openVenue()
    const other = start(w)
    expect(w.refused(daemon(w), report(w, [{ lease: other.lease, coveredSeconds: 11 }]))).toBe(
      'METER_AHEAD',
    )
  })

  test('DLV-022 DLV-009 a workload moves forward only, and its end can close the allocation', () => {
    const v = openVenue()
    const bought = v.done(
      v.buyer,
      buy(v, { workload: { specDigest: SPEC, closeAllocation: true } }),
    )
    const { workload } = only(bought, 'WorkloadQueued')
    const { lease, nonce } = only(bought, 'LeaseOpened')
    v.done(daemon(v), { kind: 'ReportReady', lease, nonce })
    const step = {
      kind: 'ReportWorkload',
      workload,
      exitCode: null,
      end: null,
      logDigest: null,
      outputDigest: null,
    } as const
    v.done(daemon(v), { ...step, status: 'running' })
    expect(v.refused(daemon(v), { ...step, status: 'provisioning' })).toBe('TRANSITION_INVALID')
    const events = v.done(daemon(v), { ...step, status: 'failed', exitCode: 3, end: 'EXITED' })
    expect(only(events, 'LeaseClosed').end).toBe('WORKLOAD_DONE')
    expect(v.exchange.answers.workload({ workload })).toMatchObject({
      status: 'failed',
      exitCode: 3,
    })
    expect(v.refused(v.buyer, { kind: 'StopWorkload', workload, graceSeconds: 1 })).toBe(
      'WORKLOAD_ENDED',
    )
  })

  test('DLV-028 a tunnel leads only into a workload that runs, and only for its own account', () => {
    const v = openVenue()
    const workload = { specDigest: SPEC, closeAllocation: true }
    const bought = v.done(v.buyer, buy(v, { workload }))
    const { lease, nonce } = only(bought, 'LeaseOpened')
    const queued = only(bought, 'WorkloadQueued')
    const open = {
      kind: 'OpenTunnel',
      workload: queued.workload,
      tunnel: 'exec',
      port: null,
    } as const
    expect(v.refused(v.buyer, open)).toBe('TUNNEL_REFUSED')
    v.done(daemon(v), { kind: 'ReportReady', lease, nonce })
    const none = { exitCode: null, end: null, logDigest: null, outputDigest: null }
    const running = {
      kind: 'ReportWorkload',
      workload: queued.workload,
      status: 'running',
    } as const
    v.done(daemon(v), { ...running, ...none })
    expect(only(v.done(v.buyer, open), 'TunnelOpened')).toMatchObject({ node: v.node, port: null })
    expect(only(v.done(v.buyer, { ...open, tunnel: 'port', port: 80 }), 'TunnelOpened').port).toBe(
      80,
    )
    expect(v.refused(v.seller, open)).toBe('NOT_FOUND')
    expect(v.refused(v.buyer, { ...open, port: 80 })).toBe('FIELD_INVALID')
    expect(v.refused(v.buyer, { ...open, tunnel: 'port' })).toBe('FIELD_INVALID')
    v.done(daemon(v), { ...running, ...none, status: 'done', exitCode: 0, end: 'EXITED' })
    expect(v.refused(v.buyer, open)).toBe('WORKLOAD_ENDED')
  })

  test('DLV-025 a workload that its provider ended closes the lease at the provider’s fault', () => {
    const v = openVenue()
    const bought = v.done(
      v.buyer,
      buy(v, { workload: { specDigest: SPEC, closeAllocation: true } }),
    )
    const { lease, nonce } = only(bought, 'LeaseOpened')
    v.done(daemon(v), { kind: 'ReportReady', lease, nonce })
    const events = v.done(daemon(v), {
      kind: 'ReportWorkload',
      workload: only(bought, 'WorkloadQueued').workload,
      status: 'terminated',
      exitCode: null,
      end: 'PROVIDER_SHUTDOWN',
      logDigest: null,
      outputDigest: null,
    })
    const closed = { end: 'PROVIDER_SHUTDOWN', fault: 'provider' }
    expect(only(events, 'LeaseClosed')).toMatchObject(closed)
  })

  test('DLV-025 a program that cannot be started on a ready lease is not a machine that failed', () => {
    const v = openVenue()
    const workload = { specDigest: SPEC, closeAllocation: true }
    const bought = v.done(v.buyer, buy(v, { workload }))
    const { lease, nonce } = only(bought, 'LeaseOpened')
    v.done(daemon(v), { kind: 'ReportReady', lease, nonce })
    v.wait(60)
    const events = v.done(daemon(v), {
      kind: 'ReportWorkload',
      workload: only(bought, 'WorkloadQueued').workload,
      status: 'failed',
      exitCode: null,
      end: 'START_FAILED',
      logDigest: null,
      outputDigest: null,
    })
    expect(only(events, 'LeaseClosed')).toMatchObject({ end: 'WORKLOAD_DONE', fault: 'none' })
    const settled = meter(v, [{ lease, coveredSeconds: 60, final: true }])
    expect(only(settled, 'LeaseSettled').billedMicro).toBe(1_666n)
  })

  test('DLV-002 DLV-019 a closed allocation takes no wishes', () => {
    const v = openVenue()
    const { allocation } = start(v)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    expect(v.refused(v.buyer, { kind: 'CloseAllocation', allocation })).toBe('ALLOCATION_CLOSED')
    const work = {
      kind: 'StartWorkload',
      allocation,
      specDigest: SPEC,
      closeAllocation: false,
    } as const
    expect(v.refused(v.buyer, work)).toBe('ALLOCATION_CLOSED')
  })

  test('DLV-015 earnings rest for the retention time', () => {
    const v = openVenue({ retentionSeconds: 3_600 })
    const { lease, allocation } = start(v)
    v.wait(60)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    meter(v, [{ lease, coveredSeconds: 60, final: true }])
    const [before] = v.exchange.answers.balances({ account: v.seller.account })
    expect(before).toMatchObject({ availableMicro: 0n, earnedMicro: 1_649n })
    expect(only(v.wait(3_601), 'EarningsReleased').amountMicro).toBe(1_649n)
  })
})

test('ENG-011 snapshot and restart in the middle of a lease change nothing', () => {
  const v = openVenue()
  const { lease } = start(v)
  v.wait(100)
  const before = v.exchange.stateHash()
  v.restart()
  expect(v.exchange.stateHash()).toBe(before)
  expect(all(v.wait(4_000), 'LeaseRenewed')[0]).toMatchObject({ lease })
})
