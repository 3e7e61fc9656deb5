/** Allocations that their buyer suspends and lets go on (rules DLV-031 to DLV-033). */
import { describe, expect, test } from 'vitest'
import { meter } from './daemon.ts'
import { counts } from './dispute-venue.ts'
import { all, buy, daemon, only, openParty, openVenue, type Venue } from './venue.ts'

const SPEC = 'ab'.repeat(32)
const NOTHING = { exitCode: null, end: null, logDigest: null, outputDigest: null }

interface Running {
  readonly lease: number
  readonly allocation: number
  readonly workload: number
}

/** A machine whose daemon says what it can, and a program that runs on it. */
function running(v: Venue, abilities: 'suspend'[] = ['suspend']): Running {
  v.done(daemon(v), { kind: 'ReportAbilities', node: v.node, abilities })
  const bought = v.done(v.buyer, buy(v, { workload: { specDigest: SPEC, closeAllocation: true } }))
  const { lease, allocation, nonce } = only(bought, 'LeaseOpened')
  const { workload } = only(bought, 'WorkloadQueued')
  v.done(daemon(v), { kind: 'ReportReady', lease, nonce })
  v.done(daemon(v), { kind: 'ReportWorkload', workload, status: 'running', ...NOTHING })
  return { lease, allocation, workload }
}

function isAssignedHalted(v: Venue): boolean | undefined {
  return v.exchange.answers.assignments({ node: v.node })[0]?.suspended
}

describe('an allocation that its buyer suspends', () => {
  test('DLV-031 is told to its daemon until it is resumed, over restarts', () => {
    const v = openVenue()
    const { allocation } = running(v)
    expect(isAssignedHalted(v)).toBe(false)
    const events = v.done(v.buyer, { kind: 'SuspendAllocation', allocation })
    expect(only(events, 'AllocationSuspended')).toMatchObject({ allocation })
    v.restart()
    expect(isAssignedHalted(v)).toBe(true)
    const view = () => v.exchange.answers.allocation({ allocation })
    expect(view()).toMatchObject({ status: 'delivering', suspendedAtUs: v.timeUs })
    only(v.done(v.buyer, { kind: 'ResumeAllocation', allocation }), 'AllocationResumed')
    v.restart()
    expect(isAssignedHalted(v)).toBe(false)
    expect(view()).toMatchObject({ suspendedAtUs: null })
  })

  test('DLV-031 what is so already stays so', () => {
    const v = openVenue()
    const { allocation } = running(v)
    expect(v.done(v.buyer, { kind: 'ResumeAllocation', allocation })).toEqual([])
    v.done(v.buyer, { kind: 'SuspendAllocation', allocation })
    const sinceUs = v.timeUs
    v.wait(10)
    expect(v.done(v.buyer, { kind: 'SuspendAllocation', allocation })).toEqual([])
    expect(v.exchange.answers.allocation({ allocation })?.suspendedAtUs).toBe(sinceUs)
    v.done(v.buyer, { kind: 'ResumeAllocation', allocation })
    expect(v.done(v.buyer, { kind: 'ResumeAllocation', allocation })).toEqual([])
  })

  test('DLV-031 only where its daemon said that it can, and once it is ready', () => {
    const v = openVenue()
    const { allocation } = running(v, [])
    expect(v.refused(v.buyer, { kind: 'SuspendAllocation', allocation })).toBe(
      'SUSPEND_UNSUPPORTED',
    )
    v.done(daemon(v), { kind: 'ReportAbilities', node: v.node, abilities: ['suspend'] })
    v.done(v.buyer, { kind: 'SuspendAllocation', allocation })
    const bought = v.done(v.buyer, buy(v))
    const { allocation: early } = only(bought, 'LeaseOpened')
    expect(v.refused(v.buyer, { kind: 'SuspendAllocation', allocation: early })).toBe('LEASE_STATE')
  })

  test('DLV-031 others have no part in it', () => {
    const v = openVenue()
    const { allocation } = running(v)
    for (const kind of ['SuspendAllocation', 'ResumeAllocation'] as const) {
      expect(v.refused(v.seller, { kind, allocation })).toBe('NOT_FOUND')
    }
    const other = openParty(v, 'provider', ['provide'])
    expect(v.refused(other, { kind: 'ReportAbilities', node: v.node, abilities: [] })).toBe(
      'FORBIDDEN',
    )
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    for (const kind of ['SuspendAllocation', 'ResumeAllocation'] as const) {
      expect(v.refused(v.buyer, { kind, allocation })).toBe('ALLOCATION_CLOSED')
    }
  })

  test('DLV-032 takes workloads that wait, and no tunnels', () => {
    const v = openVenue()
    const { allocation, workload } = running(v)
    v.done(v.buyer, { kind: 'SuspendAllocation', allocation })
    const start = { kind: 'StartWorkload', allocation, specDigest: SPEC } as const
    only(v.done(v.buyer, { ...start, closeAllocation: false }), 'WorkloadQueued')
    const tunnel = { kind: 'OpenTunnel', workload, tunnel: 'exec', port: null } as const
    expect(v.refused(v.buyer, tunnel)).toBe('TUNNEL_REFUSED')
    only(
      v.done(v.buyer, { kind: 'StopWorkload', workload, graceSeconds: 5 }),
      'WorkloadStopRequested',
    )
    v.done(v.buyer, { kind: 'ResumeAllocation', allocation })
    only(v.done(v.buyer, tunnel), 'TunnelOpened')
  })

  test('DLV-033 is billed as if it were not suspended', () => {
    const bills = [false, true].map((isSuspended) => {
      const v = openVenue()
      const { lease, allocation } = running(v)
      v.wait(60)
      if (isSuspended) v.done(v.buyer, { kind: 'SuspendAllocation', allocation })
      v.wait(600)
      v.done(v.buyer, { kind: 'CloseAllocation', allocation })
      meter(v, [{ lease, coveredSeconds: 660, final: true }])
      v.restart()
      return v.exchange.answers.lease({ lease })
    })
    expect(bills[1]).toMatchObject({ acceptedSeconds: 660, settledAtUs: expect.any(Number) })
    expect(bills[1]?.billedMicro).toBe(bills[0]?.billedMicro)
  })

  test('DLV-033 counts as delivered for the buyer’s own meter, whose program stands still', () => {
    const v = openVenue()
    const { lease, allocation } = running(v)
    v.wait(100)
    counts(v, lease, 100)
    v.done(v.buyer, { kind: 'SuspendAllocation', allocation })
    v.wait(300)
    expect(only(counts(v, lease, 100), 'BuyerMeterRead').coveredSeconds).toBe(400)
    v.wait(50)
    v.done(v.buyer, { kind: 'ResumeAllocation', allocation })
    v.wait(50)
    expect(only(counts(v, lease, 150), 'BuyerMeterRead').coveredSeconds).toBe(500)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    const events = meter(v, [{ lease, coveredSeconds: 500, final: true }])
    expect(only(events, 'LeaseSettled').acceptedSeconds).toBe(500)
  })

  test('DLV-033 no suspended second is forgotten, however often it is said', () => {
    const v = openVenue()
    const { lease, allocation } = running(v)
    counts(v, lease, 0)
    for (const seconds of [100, ...Array.from({ length: 70 }, () => 1)]) {
      v.done(v.buyer, { kind: 'SuspendAllocation', allocation })
      v.wait(seconds)
      v.done(v.buyer, { kind: 'ResumeAllocation', allocation })
    }
    v.restart()
    expect(only(counts(v, lease, 0), 'BuyerMeterRead').coveredSeconds).toBe(170)
  })

  test('DLV-033 keeps nothing once all is settled', () => {
    const v = openVenue()
    const { lease, allocation } = running(v)
    v.done(v.buyer, { kind: 'SuspendAllocation', allocation })
    v.wait(60)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation })
    const events = meter(v, [{ lease, coveredSeconds: 60, final: true }])
    expect(all(events, 'LeaseSettled')).toHaveLength(1)
    expect(v.exchange.answers.allocation({ allocation })).toMatchObject({ suspendedAtUs: null })
  })
})
