/** Machines that are lost while they deliver, and what takes their place (rule DLV-030). */
import { describe, expect, test } from 'vitest'
import type { CommandOf, Event } from '../../src/messages/index.ts'
import { all, buy, only, type Party, type Venue, market, type Daemon } from './venue.ts'

const WORKLOAD = { specDigest: 'ab'.repeat(32), closeAllocation: true }

interface Running {
  readonly lease: number
  readonly allocation: number
  readonly order: number
  readonly workload: number
}

/** Buys one machine with a program on it, opens it and lets the program run. */
function running(v: Venue, daemon: Daemon, more: Partial<CommandOf<'PlaceOrder'>> = {}): Running {
  const shape = { timeInForce: 'FOK', colocate: true, workload: WORKLOAD } as const
  return start(v, daemon, v.done(v.buyer, buy(v, { ...shape, ...more })))
}
function start(v: Venue, daemon: Party, events: readonly Event[]): Running {
  const { lease, allocation, order, nonce } = only(events, 'LeaseOpened')
  const { workload } = only(events, 'WorkloadQueued')
  v.done(daemon, { kind: 'ReportReady', lease, nonce })
  report(v, daemon, workload, 'running')
  return { lease, allocation, order, workload }
}
function report(v: Venue, daemon: Party, workload: number, status: 'running' | 'done') {
  const end = status === 'done' ? ({ exitCode: 0, end: 'EXITED' } as const) : null
  const nothing = { exitCode: null, end: null, logDigest: null, outputDigest: null }
  return v.done(daemon, { kind: 'ReportWorkload', workload, status, ...nothing, ...end })
}
function ask(v: Venue, { allocation }: Running, ticks: number | null) {
  return v.submit(v.buyer, { kind: 'AskReplacement', allocation, ticks })
}
/** The provider switches the machine off: an end by its fault. */
function lose(v: Venue, { allocation }: Running) {
  let events = v.done(v.seller, { kind: 'ReclaimAllocation', allocation, reason: 'shutdown' })
  while (all(events, 'LeaseClosed').length === 0) events = v.wait(10)
  return events
}

describe('a machine that is lost while it delivers', () => {
  test('DLV-030 the next one runs the workload from its beginning, within the price asked', () => {
    const { v, daemons } = market(80, 90)
    const first = running(v, daemons[0]!)
    ask(v, first, 90)
    expect(v.exchange.answers.allocation({ allocation: first.allocation })).toMatchObject({
      replacementMicro: 90_000n,
    })
    const events = lose(v, first)
    const { replacedBy } = only(events, 'OrderRetried')
    expect(only(events, 'OrderRetried')).toMatchObject({ order: first.order, code: null })
    expect(only(events, 'LeaseOpened')).toMatchObject({ order: replacedBy, node: daemons[1]?.node })
    expect(only(events, 'WorkloadQueued')).toMatchObject({ ...WORKLOAD, node: daemons[1]?.node })
    expect(only(events, 'WorkloadChanged')).toMatchObject({
      workload: first.workload,
      end: 'LEASE_CLOSED',
    })
    expect(v.exchange.answers.order({ order: first.order })).toMatchObject({ replacedBy })
  })

  test.each(['NODE_RESTARTED', 'NODE_LOST', 'EVICTED'] as const)(
    'DLV-030 DLV-025 a daemon that says %s has lost the lease, and the program is run elsewhere',
    (end) => {
      const { v, daemons } = market(80, 90)
      const first = running(v, daemons[0]!)
      ask(v, first, 90)
      const { workload } = first
      const lost = { status: 'terminated', end, exitCode: null } as const
      const nothing = { logDigest: null, outputDigest: null }
      const events = v.done(daemons[0]!, { kind: 'ReportWorkload', workload, ...lost, ...nothing })
      expect(only(events, 'LeaseClosed')).toMatchObject({ end: 'NODE_LOST', fault: 'provider' })
      expect(only(events, 'WorkloadQueued')).toMatchObject({ ...WORKLOAD, node: daemons[1]?.node })
    },
  )

  test('DLV-030 the wish goes on with the machine that took the place, three in all', () => {
    const { v, daemons } = market(70, 80, 90, 100)
    let now = running(v, daemons[0]!)
    ask(v, now, 100)
    for (const daemon of daemons.slice(1, 3)) now = start(v, daemon, lose(v, now))
    expect(only(lose(v, now), 'OrderRetried')).toMatchObject({
      replacedBy: null,
      code: 'LIMIT_REACHED',
    })
  })

  test('DLV-030 DLV-027 the wish survives a start that is tried again, and a restart', () => {
    const { v, daemons } = market(70, 80, 90)
    const shape = { timeInForce: 'FOK', colocate: true, workload: WORKLOAD } as const
    const bought = v.done(v.buyer, buy(v, { ...shape, retryTicks: 100 }))
    const { lease, allocation } = only(bought, 'LeaseOpened')
    v.done(v.buyer, { kind: 'AskReplacement', allocation, ticks: 100 })
    const failure = { lease, fault: 'provider', detail: '' } as const
    const again = v.done(daemons[0]!, { kind: 'ReportStartFailure', ...failure })
    const second = start(v, daemons[1]!, again)
    v.restart()
    expect(only(lose(v, second), 'LeaseOpened').node).toBe(daemons[2]?.node)
  })

  test('DLV-030 what is left of the duration is bought, and no more', () => {
    const { v, daemons } = market(80, 90)
    const first = running(v, daemons[0]!, { durationSeconds: 7_200 })
    ask(v, first, 90)
    const events = lose(v, first)
    const { clockSeconds } = only(events, 'LeaseClosed')
    const { allocation } = only(events, 'LeaseOpened')
    expect(v.exchange.answers.allocation({ allocation })?.durationSeconds).toBe(
      7_200 - clockSeconds,
    )
  })

  interface Case {
    readonly what: string
    readonly before: (v: Venue, first: Running, daemon: Daemon) => void
  }
  test.each<Case>([
    { what: 'nobody asked', before: () => {} },
    {
      what: 'the wish was taken back',
      before: (v, first) => {
        ask(v, first, 90)
        ask(v, first, null)
      },
    },
    {
      what: 'the program had ended',
      before: (v, first, daemon) => {
        ask(v, first, 90)
        report(v, daemon, first.workload, 'done')
      },
    },
    {
      what: 'the buyer wanted it to stop',
      before: (v, first) => {
        ask(v, first, 90)
        v.done(v.buyer, { kind: 'StopWorkload', workload: first.workload, graceSeconds: 600 })
      },
    },
  ])('DLV-030 nothing is run a second time: $what', ({ before }) => {
    const { v, daemons } = market(80, 90)
    const kept = { workload: { ...WORKLOAD, closeAllocation: false } }
    const first = running(v, daemons[0]!, kept)
    before(v, first, daemons[0]!)
    const events = lose(v, first)
    expect(all(events, 'LeaseClosed')).toHaveLength(1)
    expect(all(events, 'LeaseOpened')).toEqual([])
  })

  test('DLV-030 what the buyer gave back is not bought again', () => {
    const { v, daemons } = market(80, 90)
    const first = running(v, daemons[0]!)
    ask(v, first, 90)
    const closed = v.done(v.buyer, { kind: 'CloseAllocation', allocation: first.allocation })
    expect(all([...closed, ...v.wait(3_600)], 'LeaseOpened')).toEqual([])
  })

  test('DLV-030 too dear a machine is not bought, and the order says so', () => {
    const { v, daemons } = market(80, 91)
    const first = running(v, daemons[0]!)
    ask(v, first, 90)
    expect(only(lose(v, first), 'OrderRetried')).toMatchObject({
      replacedBy: null,
      code: 'NO_OFFER',
    })
    expect(v.exchange.answers.order({ order: first.order })?.retryRefused).toBe('NO_OFFER')
  })

  test('DLV-030 a price of nothing, and an allocation of others, are refused', () => {
    const { v, daemons } = market(80, 90)
    const first = running(v, daemons[0]!)
    expect(
      v.refused(v.buyer, { kind: 'AskReplacement', allocation: first.allocation, ticks: 0 }),
    ).toBe('FIELD_INVALID')
    expect(
      v.refused(v.seller, { kind: 'AskReplacement', allocation: first.allocation, ticks: 9 }),
    ).toBe('NOT_FOUND')
  })
})
