/** Machines that do not start, and what becomes of the purchase (rule DLV-027). */
import { describe, expect, test } from 'vitest'
import type { CommandOf, Event } from '../../src/messages/index.ts'
import {
  addNode,
  all,
  buy,
  issueKey,
  only,
  type Party,
  type Venue,
  market,
  type Daemon,
} from './venue.ts'

const WORKLOAD = { specDigest: 'ab'.repeat(32), closeAllocation: true }
const NOTHING_SPENT = { availableMicro: 100_000_000n, heldMicro: 0n, escrowedMicro: 0n }

/** What `suan run` sends: one machine, its workload, and the next machine where it does not start. */
function run(v: Venue, more: Partial<CommandOf<'PlaceOrder'>> = {}): CommandOf<'PlaceOrder'> {
  const shape = {
    timeInForce: 'FOK',
    colocate: true,
    workload: WORKLOAD,
    retryTicks: 100,
  } as const
  return buy(v, { ...shape, ...more })
}
function fails(v: Venue, daemon: Party, lease: number, fault: 'provider' | 'buyer' = 'provider') {
  return v.done(daemon, { kind: 'ReportStartFailure', lease, fault, detail: 'exit 1' })
}
function balance(v: Venue) {
  return v.exchange.answers.balances({ account: v.buyer.account })[0]
}
function retried(events: readonly Event[]) {
  return only(events, 'OrderRetried')
}

describe('the machine did not start', () => {
  test('DLV-027 DLV-024 after 120 seconds the next machine has the workload, in the same command', () => {
    const { v, daemons } = market(80, 90)
    const bought = v.done(
      v.buyer,
      run(v, { node: daemons[0]?.node ?? 0, priceTicks: 80, clientOrderId: 'mine' }),
    )
    const { order } = only(bought, 'OrderPlaced')
    const events = v.wait(120)
    expect(only(events, 'LeaseClosed').end).toBe('START_TIMEOUT')
    const { replacedBy } = retried(events)
    expect(retried(events)).toMatchObject({ order, node: daemons[0]?.node, code: null })
    expect(only(events, 'LeaseOpened')).toMatchObject({ order: replacedBy, node: daemons[1]?.node })
    expect(only(events, 'WorkloadQueued')).toMatchObject({ ...WORKLOAD, node: daemons[1]?.node })
    expect(only(events, 'WorkloadChanged')).toMatchObject({
      workload: only(bought, 'WorkloadQueued').workload,
      end: 'LEASE_CLOSED',
    })
    expect(v.exchange.answers.order({ order })).toMatchObject({ replacedBy, retryRefused: null })
    const label = { account: v.buyer.account, clientOrderId: 'mine' }
    expect(v.exchange.answers.orderByClientId(label)?.order).toBe(order)
    // 90 ticks x 1,000 micro x 1 h = 90,000 and 500 ppm of it: one escrow, not two
    expect(balance(v)).toMatchObject({ availableMicro: 99_909_955n, escrowedMicro: 90_045n })
  })

  test('DLV-027 the second machine delivers, and only its seconds are paid', () => {
    const { v, daemons } = market(80, 90)
    const bought = only(v.done(v.buyer, run(v)), 'LeaseOpened')
    const next = only(fails(v, daemons[0] ?? v.seller, bought.lease), 'LeaseOpened')
    const [, daemon] = daemons as [Daemon, Daemon]
    v.done(daemon, { kind: 'ReportReady', lease: next.lease, nonce: next.nonce })
    v.wait(3)
    v.done(v.buyer, { kind: 'CloseAllocation', allocation: next.allocation })
    const reading = { lease: next.lease, coveredSeconds: 3, cpuUs: 0, memoryPeakMib: 0 }
    const report = { node: daemon.node, period: 1, previous: '0'.repeat(64) }
    const readings = [{ ...reading, final: true }]
    v.done(daemon, { kind: 'ReportMeters', ...report, readings, signature: '00'.repeat(64) })
    // floor(90,000 x 3 / 3600) = 75 and a fee of 1
    expect(balance(v)).toMatchObject({ ...NOTHING_SPENT, availableMicro: 99_999_924n })
  })

  test('DLV-027 a machine that takes itself back before it is ready is one that did not start', () => {
    const { v, daemons } = market(80, 90)
    const { allocation } = only(v.done(v.buyer, run(v)), 'LeaseOpened')
    const reclaim = { kind: 'ReclaimAllocation', allocation, reason: 'shutdown' } as const
    expect(only(v.done(v.seller, reclaim), 'LeaseOpened').node).toBe(daemons[1]?.node)
  })

  test('DLV-027 never the same machine again, and three in all', () => {
    const { v, daemons } = market(70, 80, 90, 100)
    let lease = only(v.done(v.buyer, run(v)), 'LeaseOpened')
    const tried = [lease.node]
    for (const daemon of daemons.slice(0, 2)) {
      // the failed machine still offers its other cores, cheaper than all others
      lease = only(fails(v, daemon, lease.lease), 'LeaseOpened')
      tried.push(lease.node)
    }
    expect(tried).toEqual(daemons.slice(0, 3).map(({ node }) => node))
    const last = fails(v, daemons[2] ?? v.seller, lease.lease)
    expect(retried(last)).toMatchObject({ replacedBy: null, code: 'LIMIT_REACHED' })
    expect(balance(v)).toMatchObject(NOTHING_SPENT)
  })

  test('DLV-027 a restart between two tries changes nothing', () => {
    const { v, daemons } = market(80, 90)
    const { lease } = only(v.done(v.buyer, run(v)), 'LeaseOpened')
    v.restart()
    const next = only(fails(v, daemons[0] ?? v.seller, lease), 'LeaseOpened')
    v.restart()
    const last = fails(v, daemons[1] ?? v.seller, next.lease)
    expect(retried(last)).toMatchObject({ replacedBy: null, code: 'NO_OFFER' })
  })
})

describe('no next machine', () => {
  interface Case {
    readonly what: string
    readonly prices?: readonly number[]
    readonly order?: Partial<CommandOf<'PlaceOrder'>>
    readonly between?: (v: Venue) => void
    readonly code: string
  }
  const cases: Case[] = [
    { what: 'above the limit for it', prices: [80, 101], code: 'NO_OFFER' },
    {
      what: 'too small',
      prices: [80],
      between: (v) => addNode(v, { cores: 1 }),
      order: { units: 2 },
      code: 'NO_OFFER',
    },
    {
      what: 'less isolated',
      between: (v) => {
        const bare = { isolation: 'none', inventoryDigest: '00'.repeat(32) } as const
        const attested = { cores: 4, memoryMib: 8_192, diskMib: 0, cards: 0 }
        const reserve = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }
        v.done(v.seller, { kind: 'AttestNode', node: v.node, attested, reserve, ...bare })
      },
      code: 'NO_OFFER',
    },
    {
      what: 'a halted market',
      between: (v) => {
        const { instrument } = v
        v.done(v.operator, {
          kind: 'SetInstrumentStatus',
          instrument,
          status: 'halted',
          reason: '',
        })
      },
      code: 'MARKET_HALTED',
    },
    {
      what: 'a budget that was lowered',
      between: (v) => {
        const budget = { scope: 'account', subject: v.buyer.account, period: 'total' } as const
        v.done(v.buyer, { kind: 'SetBudget', ...budget, limitMicro: 80_000n })
      },
      code: 'BUDGET_EXCEEDED',
    },
  ]
  test.each(cases)(
    'DLV-027 $what: $code, and everything back',
    ({ prices = [80, 90], order, between, code }) => {
      const { v, daemons } = market(...prices)
      const { lease } = only(v.done(v.buyer, run(v, order)), 'LeaseOpened')
      between?.(v)
      const events = fails(v, daemons[0] ?? v.seller, lease)
      expect(retried(events)).toMatchObject({ replacedBy: null, code })
      expect(balance(v)).toMatchObject(NOTHING_SPENT)
    },
  )

  test('DLV-027 a revoked key buys no other machine', () => {
    const { v, daemons } = market(80, 90)
    const key = issueKey(v, v.buyer.account, ['trade'])
    const { lease } = only(v.done({ ...v.buyer, key }, run(v)), 'LeaseOpened')
    v.done(v.operator, { kind: 'RevokeKey', key })
    expect(retried(fails(v, daemons[0] ?? v.seller, lease)).code).toBe('KEY_EXPIRED')
  })

  const silent: [string, Partial<CommandOf<'PlaceOrder'>>, 'provider' | 'buyer'][] = [
    ['an order that did not ask for it', { retryTicks: null }, 'provider'],
    ['a bad image of the buyer', {}, 'buyer'],
  ]
  test.each(silent)('DLV-027 %s is not tried again', (_what, order, fault) => {
    const { v, daemons } = market(80, 90)
    const { lease } = only(v.done(v.buyer, run(v, order)), 'LeaseOpened')
    const events = fails(v, daemons[0] ?? v.seller, lease, fault)
    expect([...all(events, 'OrderRetried'), ...all(events, 'LeaseOpened')]).toEqual([])
  })

  test('DLV-027 what the buyer gave back or asked to stop is not tried again', () => {
    const { v } = market(80, 90)
    const { workload } = only(v.done(v.buyer, run(v)), 'WorkloadQueued')
    v.done(v.buyer, { kind: 'StopWorkload', workload, graceSeconds: 1 })
    expect(all(v.wait(120), 'LeaseOpened')).toEqual([])
    const { allocation } = only(v.done(v.buyer, run(v)), 'LeaseOpened')
    const close = { kind: 'CloseAllocation', allocation } as const
    expect(all(v.done(v.buyer, close), 'LeaseOpened')).toEqual([])
  })

  test('DLV-027 only an order for one machine that brings its workload asks for the next', () => {
    const { v } = market(80)
    expect(v.refused(v.buyer, run(v, { workload: null }))).toBe('FIELD_INVALID')
    expect(v.refused(v.buyer, run(v, { colocate: false }))).toBe('FIELD_INVALID')
  })
})
