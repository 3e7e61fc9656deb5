import { Prng } from '../../src/kernel/index.ts'
import { CHART, CNY, type Event, type EventOf, type EventRecord } from '../../src/messages/index.ts'
import {
  DIGEST,
  NODES,
  PEOPLE,
  RESOURCES,
  challenged,
  foundation,
  placed,
} from './event-samples.ts'

interface OpenOrder {
  readonly order: number
  readonly account: number
  readonly instrument: number
  readonly side: 'buy' | 'sell'
  readonly priceTicks: number
  units: number
  filled: boolean
}
interface OpenLease {
  readonly lease: number
  readonly allocation: number
  readonly workload: number
  readonly buyAccount: number
  readonly sellAccount: number
  escrow: bigint
  seconds: number
  billed: bigint
  ready: boolean
}
type Step = () => readonly Event[]

/**
 * A plausible history of a small exchange, the same for the same seed: balanced postings, orders
 * that rest, trade and end, leases that are billed and settled, refusals. For tests of consumers.
 */
export class EventStream {
  readonly #random: Prng
  readonly #book: OpenOrder[] = []
  readonly #leases: OpenLease[] = []
  #seq = 0
  #timeUs = Date.UTC(2026, 0, 5, 23, 58) * 1_000
  #id = 1_000

  constructor(seed: number) {
    this.#random = new Prng(seed)
  }

  /** The next `count` records, in order; the first one founds the exchange. */
  take(count: number): EventRecord[] {
    return Array.from({ length: count }, () => this.#next())
  }

  #next(): EventRecord {
    this.#seq += 1
    this.#timeUs += this.#random.below(40_000_000)
    const refused = this.#seq > 1 && this.#random.below(12) === 0
    const refusal = { code: 'ORDER_CLOSED', facts: [{ name: 'id', value: '7' }] }
    const events = this.#seq === 1 ? foundation(this.#timeUs) : refused ? [] : [...this.#step()]
    return {
      seq: this.#seq,
      timeUs: this.#timeUs,
      account: this.#person(),
      key: 1,
      command: this.#seq.toString(16).padStart(32, '0'),
      commandKind: refused ? 'CancelOrder' : 'PlaceOrder',
      outcome: { refusal: refused ? refusal : null, events },
    }
  }

  #step(): readonly Event[] {
    const steps: readonly Step[] = [
      () => this.#deposit(),
      () => this.#place('sell'),
      () => this.#place('sell'),
      () => this.#buy(),
      () => this.#buy(),
      () => this.#buy(),
      () => this.#amend(),
      () => this.#cancel(),
      () => this.#bill(),
      () => this.#bill(),
      () => this.#settle(),
      () => this.#evaluate(),
      () => this.#prove(),
    ]
    return (steps[this.#random.below(steps.length)] ?? (() => []))()
  }

  #person(): number {
    return PEOPLE[this.#random.below(PEOPLE.length)] ?? 0
  }

  #newId(): number {
    this.#id += 1
    return this.#id
  }

  #deposit(): readonly Event[] {
    const amount = BigInt(this.#random.below(1_000_000)) * 10_000n
    return [
      entry('LED-100', 0, [CHART.BANK, 0, amount], [CHART.AVAILABLE, this.#person(), -amount]),
    ]
  }

  #place(side: 'buy' | 'sell', units = 1 + this.#random.below(20)): readonly Event[] {
    const order = this.#newId()
    const account = this.#person()
    const instrument = 1 + this.#random.below(2)
    const priceTicks = 50 + this.#random.below(50)
    this.#book.push({ order, account, instrument, side, priceTicks, units, filled: false })
    return [placed({ order, account, instrument, side, priceTicks, units })]
  }

  /** A buy order of its own takes some of a resting sell order and rests with what is left. */
  #buy(): readonly Event[] {
    const events = [...this.#place('buy')]
    const taker = this.#book.at(-1)
    const makers = this.#book.filter((maker) => maker.side === 'sell')
    const maker = makers[this.#random.below(Math.max(1, makers.length))]
    if (taker === undefined || maker === undefined) return events
    const units = Math.min(taker.units, maker.units)
    const lease = this.#openLease(taker, maker)
    events.push(...tradeEvents(this.#newId(), lease, taker, maker, units, this.#timeUs))
    for (const order of [taker, maker]) {
      order.units -= units
      order.filled = true
      const status = order.units === 0 ? 'filled' : 'partially_filled'
      events.push({
        kind: 'OrderFilled',
        order: order.order,
        units,
        remainingUnits: order.units,
        status,
      })
      if (order.units === 0) this.#book.splice(this.#book.indexOf(order), 1)
    }
    return events
  }

  #openLease(taker: OpenOrder, maker: OpenOrder): OpenLease {
    const lease = {
      lease: this.#newId(),
      allocation: this.#newId(),
      workload: this.#newId(),
      buyAccount: taker.account,
      sellAccount: maker.account,
      escrow: BigInt(10_000 + this.#random.below(1_000_000)),
      seconds: 0,
      billed: 0n,
      ready: false,
    }
    this.#leases.push(lease)
    return lease
  }

  #amend(): readonly Event[] {
    const order = this.#book[this.#random.below(Math.max(1, this.#book.length))]
    if (order === undefined) return []
    order.units = 1 + this.#random.below(order.units)
    return [
      {
        kind: 'OrderAmended',
        order: order.order,
        units: order.units,
        priceTicks: order.priceTicks,
        keptPriority: true,
      },
    ]
  }

  #cancel(): readonly Event[] {
    const [order] = this.#book.splice(this.#random.below(Math.max(1, this.#book.length)), 1)
    if (order === undefined) return []
    return [
      {
        kind: 'OrderEnded',
        order: order.order,
        status: 'cancelled',
        end: 'BY_OWNER',
        detail: null,
        remainingUnits: order.units,
      },
    ]
  }

  /** First makes a lease ready, then bills a part of its escrow with every step. */
  #bill(): readonly Event[] {
    const lease = this.#leases[this.#random.below(Math.max(1, this.#leases.length))]
    if (lease === undefined) return []
    if (!lease.ready) {
      lease.ready = true
      return [{ kind: 'LeaseReady', lease: lease.lease, readyAtUs: this.#timeUs }, started(lease)]
    }
    const amount = lease.escrow / 3n
    lease.escrow -= amount
    lease.billed += amount
    lease.seconds += 1 + this.#random.below(600)
    return [
      meter(lease),
      entry(
        'DLV-100',
        lease.lease,
        [CHART.LEASE_ESCROW, lease.lease, amount],
        [CHART.EARNED, lease.sellAccount, -amount],
      ),
      { kind: 'LeaseBilled', ...totals(lease) },
    ]
  }

  #settle(): readonly Event[] {
    const [lease] = this.#leases.splice(this.#random.below(Math.max(1, this.#leases.length)), 1)
    if (lease === undefined) return []
    const returned = lease.escrow
    return [
      {
        kind: 'LeaseClosed',
        lease: lease.lease,
        end: 'BUYER_CLOSED',
        fault: 'none',
        detail: 'closed by the buyer',
        clockSeconds: lease.seconds,
      },
      entry(
        'DLV-101',
        lease.lease,
        [CHART.LEASE_ESCROW, lease.lease, returned],
        [CHART.AVAILABLE, lease.buyAccount, -returned],
      ),
      {
        kind: 'LeaseSettled',
        ...totals(lease),
        returnedMicro: returned,
        cpuUs: lease.seconds * 900_000,
        memoryPeakMib: 512,
      },
      { kind: 'AllocationClosed', allocation: lease.allocation },
    ]
  }

  #prove(): readonly Event[] {
    const node = NODES[this.#random.below(NODES.length)] ?? 0
    return challenged(this.#newId(), node, this.#timeUs, this.#random.below(5))
  }

  #evaluate(): readonly Event[] {
    const node = NODES[this.#random.below(NODES.length)] ?? 0
    return [
      {
        kind: 'NodeEvaluated',
        node,
        suite: 'core-1',
        metrics: [{ metric: 'integer', value: this.#random.below(9_000), spreadPpm: 1_000 }],
        provisional: false,
        digest: DIGEST,
        signature: DIGEST.repeat(2),
        measuredAtUs: this.#timeUs,
        expiresAtUs: null,
      },
      {
        kind: 'NodeAssessed',
        account: 10,
        independent: false,
        node,
        suite: 'suan-2',
        referenceDigest: DIGEST,
        metrics: [],
        dimensions: [{ dimension: 'general', points: this.#random.below(2_000) }],
        rated: true,
        reasons: [],
        reportDigest: DIGEST,
        evidenceRoot: DIGEST,
        inventoryDigest: DIGEST,
        signature: DIGEST.repeat(2),
        measuredAtUs: this.#timeUs,
        expiresAtUs: this.#timeUs + 1_000_000,
      },
      { kind: 'NodeGraded', node, sku: 1, grade: this.#random.below(2) === 0 ? 'A' : 'B' },
    ]
  }
}

/** [code, owner, amount]: debit positive. */
type Line = readonly [code: number, owner: number, amountMicro: bigint]

function entry(rule: string, subject: number, ...lines: readonly Line[]): EventOf<'EntryPosted'> {
  const postings = lines.map(([code, owner, amountMicro]) => ({
    code,
    owner,
    asset: CNY,
    amountMicro,
  }))
  return { kind: 'EntryPosted', rule, subject, rules: 1, postings }
}

/** The events of one trade; the escrow is posted before the lease opens, as an engine might do it. */
function tradeEvents(
  trade: number,
  lease: OpenLease,
  taker: OpenOrder,
  maker: OpenOrder,
  units: number,
  timeUs: number,
): readonly Event[] {
  const { lease: id, allocation, workload, buyAccount, sellAccount, escrow } = lease
  const { instrument, priceTicks } = maker
  const parties = { buyAccount, sellAccount, instrument, units, node: NODES[0] ?? 0 }
  const orders = { buyOrder: taker.order, sellOrder: maker.order }
  return [
    entry(
      'LED-101',
      taker.order,
      [CHART.AVAILABLE, buyAccount, escrow],
      [CHART.LEASE_ESCROW, id, -escrow],
    ),
    {
      kind: 'TradeExecuted',
      trade,
      priceTicks,
      takerSide: 'buy',
      lease: id,
      ...parties,
      ...orders,
    },
    {
      kind: 'AllocationOpened',
      allocation,
      order: taker.order,
      account: buyAccount,
      key: 1,
      leases: 1,
    },
    {
      kind: 'LeaseOpened',
      lease: id,
      allocation,
      order: taker.order,
      trade,
      ...parties,
      resources: RESOURCES,
      isolation: 'namespaces',
      priceMicroPerHour: BigInt(priceTicks) * 1_000n,
      buyerFeePpm: 500,
      sellerFeePpm: 1_000,
      fundedSeconds: 3_600,
      untilUs: null,
      startDeadlineUs: timeUs + 120_000_000,
      nonce: DIGEST.slice(0, 32),
    },
    {
      kind: 'WorkloadQueued',
      workload,
      allocation,
      account: buyAccount,
      node: parties.node,
      specDigest: DIGEST,
      closeAllocation: true,
    },
  ]
}

function started({ workload }: OpenLease): Event {
  return {
    kind: 'WorkloadChanged',
    workload,
    status: 'running',
    exitCode: null,
    end: null,
    logDigest: null,
    outputDigest: null,
  }
}

function meter({ lease, seconds }: OpenLease): Event {
  return {
    kind: 'MeterRead',
    node: NODES[0] ?? 0,
    period: 1,
    lease,
    coveredSeconds: seconds,
    cpuUs: seconds * 900_000,
    memoryPeakMib: 256,
    final: false,
  }
}

function totals({ lease, seconds, billed }: OpenLease) {
  return {
    lease,
    acceptedSeconds: seconds,
    billedMicro: billed,
    buyerFeeMicro: 0n,
    sellerFeeMicro: 0n,
  }
}
