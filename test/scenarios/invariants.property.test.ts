/** Random lives of a small venue: whatever happens, the books, the register and the bills agree. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encode, sha256Hex } from '../../src/kernel/index.ts'
import { meterStatement, type CommandOf, type Event } from '../../src/messages/index.ts'
import { Auditor, faults } from './invariants.ts'
import { addNode, buy, deposit, openParty, openVenue, type Party, type Venue } from './venue.ts'
import { cases } from '../support/cases.ts'

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('buy' as const),
      who: fc.nat(2),
      units: fc.integer({ min: 1, max: 6 }),
      price: fc.integer({ min: 60, max: 140 }),
      shape: fc.nat(6),
      cap: fc.boolean(),
      horizon: fc.constantFrom(0, 60, 600),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('cancel' as const), who: fc.nat(2), nth: fc.nat(5) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('amend' as const),
      who: fc.nat(2),
      nth: fc.nat(5),
      units: fc.integer({ min: 1, max: 8 }),
      price: fc.integer({ min: 60, max: 140 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('offer' as const),
      node: fc.nat(1),
      price: fc.integer({ min: 60, max: 140 }),
      units: fc.nat(8),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('ready' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      fault: fc.constantFrom('provider' as const, 'buyer' as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('meter' as const),
      node: fc.nat(1),
      lag: fc.nat(30),
      final: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('close' as const), who: fc.nat(2), nth: fc.nat(3) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reclaim' as const), nth: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('contact' as const),
      node: fc.nat(1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      node: fc.nat(1),
      cores: fc.integer({ min: 1, max: 3 }),
      after: fc.nat(2_000),
      hours: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('attest' as const),
      node: fc.nat(1),
      cores: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('budget' as const),
      who: fc.nat(2),
      limit: fc.integer({ min: 0, max: 2_000_000 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(1, 7, 59, 130, 700, 3_000),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** A venue with three buyers and two nodes, and what the daemons know. */
class World {
  readonly v: Venue = openVenue({ retentionSeconds: 600 })
  readonly auditor = new Auditor()
  readonly parties: Party[]
  /** promised: cores of all commitments there were, those of a time to come included */
  readonly nodes: { node: number; key: number; period: number; head: string; promised: number }[] =
    []
  readonly budgets = new Set<number>()

  constructor() {
    const { v } = this
    this.nodes.push(this.#daemon())
    addNode(v, { cores: 3, priceTicks: 110 })
    this.nodes.push(this.#daemon())
    this.parties = [v.buyer]
    for (let n = 0; n < 2; n++) {
      const party = openParty(v, 'buyer', ['read', 'trade', 'deliver', 'keys'])
      deposit(v, party, 1_000_000n)
      this.parties.push(party)
    }
    this.auditor.read(v.takeEvents())
  }
  #daemon() {
    return {
      node: this.v.node,
      key: this.v.daemonKey,
      period: 0,
      head: '0'.repeat(64),
      promised: 0,
    }
  }
  get accounts(): number[] {
    return [...this.parties, this.v.seller].map((party) => party.account)
  }
}

const WORKLOAD = { specDigest: 'ab'.repeat(32), closeAllocation: true }

/** Event kinds met in any run: a life in which nothing is renewed or reclaimed would prove little. */
const met = new Set<string>()
const WANTED = [
  'TradeExecuted',
  'OrderAmended',
  'OrderEnded',
  'OrderRetried',
  'LeaseReady',
  'LeaseRenewed',
  'LeaseRenewalRefused',
  'LeaseSuspended',
  'LeaseResumed',
  'LeaseReclaiming',
  'LeaseBilled',
  'LeaseSettled',
  'EarningsReleased',
  'CapacityCommitted',
  'BudgetSet',
]

function play(w: World, s: Step): void {
  const { v } = w
  effects(w, s)
  const events = v.takeEvents()
  for (const event of events) met.add(event.kind)
  w.auditor.read(events)
  expect(faults(v, w.auditor, w.accounts), JSON.stringify(s)).toEqual([])
}

function effects(w: World, s: Step): readonly Event[] {
  const { v } = w
  const { answers } = v.exchange
  switch (s.do) {
    case 'wait':
      return v.wait(s.seconds)
    case 'buy':
      return v.submit(w.parties[s.who] ?? null, order(v, s)).events
    case 'cancel': {
      const party = w.parties[s.who] ?? v.buyer
      const id = answers.openOrders({ account: party.account })[s.nth]?.order
      return id === undefined ? [] : v.done(party, { kind: 'CancelOrder', order: id })
    }
    case 'amend': {
      const party = w.parties[s.who] ?? v.buyer
      const id = answers.openOrders({ account: party.account })[s.nth]?.order
      if (id === undefined) return []
      return v.submit(party, { kind: 'AmendOrder', order: id, units: s.units, priceTicks: s.price })
        .events
    }
    case 'offer': {
      const node = w.nodes[s.node]?.node ?? 0
      const offer = { node, sku: v.sku, priceTicks: s.price, untilUs: null }
      if (s.units > 0)
        return v.submit(v.seller, { kind: 'SetOffer', ...offer, maxUnits: s.units }).events
      return v.submit(v.seller, { kind: 'WithdrawOffer', node, sku: v.sku }).events
    }
    case 'ready': {
      const waiting = firstMatched(w)
      if (waiting === null) return []
      const { lease, nonce, by } = waiting
      return v.submit(by, { kind: 'ReportReady', lease, nonce }).events
    }
    case 'fail': {
      const waiting = firstMatched(w)
      if (waiting === null) return []
      const { lease, by } = waiting
      return v.done(by, { kind: 'ReportStartFailure', lease, fault: s.fault, detail: '' })
    }
    case 'meter':
      return meter(w, s)
    case 'close': {
      const party = w.parties[s.who] ?? v.buyer
      const open = answers.allocations({ account: party.account, open: true })[s.nth]
      if (open === undefined) return []
      return v.done(party, { kind: 'CloseAllocation', allocation: open.allocation })
    }
    case 'reclaim': {
      const sold = answers.soldLeases({ account: v.seller.account })[s.nth]
      if (sold === undefined) return []
      const { allocation } = sold
      return v.submit(v.seller, { kind: 'ReclaimAllocation', allocation, reason: 'other' }).events
    }
    case 'contact': {
      const node = w.nodes[s.node]?.node ?? 0
      const connected = !(answers.node({ node })?.connected ?? false)
      return v.done(null, { kind: 'ReportContact', node, connected })
    }
    case 'commit': {
      const node = w.nodes[s.node]?.node ?? 0
      const fromUs = v.timeUs + s.after * 1_000_000
      const untilUs = fromUs + s.hours * 3_600_000_000
      const used = { cores: s.cores, memoryMib: 1, diskMib: 0, cards: 0 }
      const interval = { fromUs, untilUs, reason: '' }
      const { events } = v.submit(v.seller, {
        kind: 'CommitCapacity',
        node,
        resources: used,
        ...interval,
      })
      const daemon = w.nodes[s.node]
      if (events.length > 0 && daemon !== undefined) daemon.promised += s.cores
      return events
    }
    case 'attest': {
      const node = w.nodes[s.node]?.node ?? 0
      const view = answers.node({ node })
      // Attesting less than what is promised leaves a shortfall, which has its own tests.
      const promised = (view?.leased.cores ?? 0) + (w.nodes[s.node]?.promised ?? 0)
      const attested = {
        cores: Math.max(s.cores, promised),
        memoryMib: 8_192,
        diskMib: 0,
        cards: 0,
      }
      const reserve = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }
      const found = {
        attested,
        reserve,
        isolation: 'namespaces',
        inventoryDigest: '00'.repeat(32),
      } as const
      return v.done(v.seller, { kind: 'AttestNode', node, ...found })
    }
    case 'budget': {
      // Only a first budget: one set below what is used already is over its limit by design.
      const party = w.parties[s.who] ?? v.buyer
      if (w.budgets.has(party.account)) return []
      w.budgets.add(party.account)
      const budget = { scope: 'account', subject: party.account, period: 'total' } as const
      const open = answers.allocations({ account: party.account, open: false }).length
      const orders = answers.openOrders({ account: party.account }).length
      if (open + orders > 0) return []
      return v.done(party, { kind: 'SetBudget', ...budget, limitMicro: BigInt(s.limit) })
    }
  }
}

/** The first lease that no daemon has opened yet, and the daemon that should. */
function firstMatched({ v, nodes }: World): { lease: number; nonce: string; by: Party } | null {
  for (const { node, key } of nodes) {
    const assignments = v.exchange.answers.assignments({ node })
    const waiting = assignments.find(({ lease }) => lease.status === 'matched')
    if (waiting === undefined) continue
    return { lease: waiting.lease.lease, nonce: waiting.nonce, by: { ...v.seller, key } }
  }
  return null
}

function order(v: Venue, s: Extract<Step, { do: 'buy' }>): CommandOf<'PlaceOrder'> {
  const shapes: Partial<CommandOf<'PlaceOrder'>>[] = [
    { timeInForce: 'GTC' },
    { timeInForce: 'IOC' },
    { timeInForce: 'FOK' },
    { timeInForce: 'FOK', colocate: true },
    { timeInForce: 'IOC', allOrNone: true, standing: true },
    { timeInForce: 'GTC', durationSeconds: 900 },
    { timeInForce: 'FOK', colocate: true, retryTicks: 110, workload: WORKLOAD },
  ]
  const capMicro = s.cap ? 300_000n : null
  return buy(v, {
    units: s.units,
    priceTicks: s.price,
    horizonSeconds: s.horizon,
    capMicro,
    ...shapes[s.shape],
  })
}

/** A report of all leases of a node, a little behind the clock; `final` puts the closed ones away. */
function meter(w: World, s: Extract<Step, { do: 'meter' }>): readonly Event[] {
  const { v } = w
  const daemon = w.nodes[s.node]
  if (daemon === undefined) return []
  const readings = v.exchange.answers.assignments({ node: daemon.node }).flatMap(({ lease }) => {
    const stopUs = lease.closedAtUs ?? v.timeUs
    const clock = lease.readyAtUs === null ? 0 : Math.floor((stopUs - lease.readyAtUs) / 1_000_000)
    const covered = Math.min(clock, lease.fundedSeconds) - s.lag
    const coveredSeconds = Math.max(covered, lease.coveredSeconds)
    const final = s.final && lease.closedAtUs !== null
    return [{ lease: lease.lease, coveredSeconds, cpuUs: lease.cpuUs + 5, memoryPeakMib: 7, final }]
  })
  if (readings.length === 0) return []
  const body = { node: daemon.node, period: daemon.period + 1, previous: daemon.head, readings }
  const signature = '00'.repeat(64)
  const by = { ...v.seller, key: daemon.key }
  const events = v.done(by, { kind: 'ReportMeters', ...body, signature })
  daemon.period++
  daemon.head = sha256Hex(encode(meterStatement, { venue: 'test', ...body }))
  return events
}

const TIMEOUT_MS = 600_000

test(
  'money, register, books, bills and budgets agree after every command (LED, CAP, TRD, DLV)',
  { timeout: TIMEOUT_MS },
  () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 60, maxLength: 160, size: 'max' }), (steps) => {
        const w = new World()
        for (const each of steps) play(w, each)
      }),
      { numRuns: cases(100) },
    )
    expect(WANTED.filter((kind) => !met.has(kind))).toEqual([])
  },
)

test(
  'ENG-011 a restart from a snapshot at any step changes nothing',
  { timeout: TIMEOUT_MS },
  () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 30, maxLength: 80, size: 'max' }),
        fc.nat(40),
        (steps, at) => {
          const straight = new World()
          const restarted = new World()
          for (const [index, each] of steps.entries()) {
            effects(straight, each)
            if (index === at) restarted.v.restart()
            effects(restarted, each)
          }
          expect(restarted.v.exchange.stateHash()).toBe(straight.v.exchange.stateHash())
        },
      ),
      { numRuns: cases(30) },
    )
  },
)
