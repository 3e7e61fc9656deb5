// Orders and cancels as bytes: what comes of them is what comes of the same commands as objects.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode, newCommandId, Writer } from '../../src/kernel/index.ts'
import {
  envelope as envelopeCodec,
  outcome as outcomeCodec,
  type Command,
  type Envelope,
  type Outcome,
} from '../../src/messages/index.ts'
import { Exchange, type Settlement } from '../../src/exchange/index.ts'
import {
  addNode,
  buy,
  deposit,
  listInstrument,
  only,
  openParty,
  openVenue,
  Venue,
  type Party,
} from './venue.ts'

const anyOrder = fc.record({
  op: fc.constant('place' as const),
  who: fc.nat(2),
  sell: fc.boolean(),
  priceTicks: fc.option(fc.integer({ min: 5, max: 112 }), { freq: 12 }),
  units: fc.integer({ min: 0, max: 6 }),
  timeInForce: fc.constantFrom('GTC', 'GTC', 'IOC', 'FOK', 'GTD'),
  selfTrade: fc.constantFrom('expire_maker', 'expire_taker', 'expire_both', 'decrement'),
  flag: fc.constantFrom('', '', 'postOnly', 'allOrNone', 'colocate', 'standing', 'standing'),
  rare: fc.constantFrom('', '', 'label', '标签', 'cap', 'duration', 'workload', 'client', 'retry'),
  instrument: fc.constantFrom(1, 1, 1, 2),
})
/** Orders that have the short way of the bytes open, most of them. */
const plain = fc.record({
  op: fc.constant('plain' as const),
  who: fc.nat(3),
  sell: fc.boolean(),
  /** what a sell order sells from: nearly always a machine of the sender */
  node: fc.constantFrom(0, 0, 0, 1, 1, 2),
  instrument: fc.constantFrom(1, 1, 1, 1, 1, 1, 1, 2),
  priceTicks: fc.integer({ min: 94, max: 104 }),
  units: fc.integer({ min: 1, max: 6 }),
  timeInForce: fc.constantFrom('GTC', 'GTC', 'IOC'),
  selfTrade: fc.constantFrom('expire_maker', 'expire_taker', 'expire_both', 'decrement'),
  horizonSeconds: fc.constantFrom(0, 0, 90, 7_200),
})
const step = fc.oneof(
  { weight: 3, arbitrary: anyOrder },
  { weight: 6, arbitrary: plain },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('cancel' as const), who: fc.nat(3), order: fc.nat(40) }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('mine' as const), pick: fc.nat() }) },
)
/** What is no order, and changes what orders may do. */
const turn = fc.record({
  op: fc.constant('node' as const),
  which: fc.nat(1),
  status: fc.constantFrom('online', 'draining'),
})
type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** A venue, its traders, and the commands that bring it there, played once more on a twin. */
class Twins {
  readonly objects: Venue
  readonly bytes: Exchange
  readonly traders: readonly Party[]
  readonly #node: number
  /** machines without an offer: of the seller, and of one who also buys */
  readonly #own: readonly [number, number]
  #ids = 0

  constructor(settlement: Settlement) {
    const venue = new Venue(new Exchange({ settlement }))
    this.objects = venue
    this.bytes = new Exchange({ settlement })
    venue.onRecord = (record) => {
      if (!this.#isTrading) this.bytes.execute(record)
    }
    openVenue({ depositMicro: 3_000_000n }, venue)
    addNode(venue, { cores: 9, memoryMib: 9_000, priceTicks: 99 })
    const offer = { node: venue.node, sku: venue.sku, priceTicks: 99, maxUnits: 5 }
    venue.done(venue.seller, { kind: 'SetOffer', ...offer, untilUs: null })
    const second = openParty(venue, 'buyer', ['read', 'trade'])
    deposit(venue, second, 900_000n)
    this.#node = venue.node
    const both = openParty(venue, ['buyer', 'provider'], ['read', 'trade', 'provide'])
    deposit(venue, both, 700_000n)
    this.traders = [venue.buyer, venue.seller, second, both]
    const { seller } = venue
    const own = unoffered(venue)
    venue.seller = both
    this.#own = [own, unoffered(venue)]
    venue.seller = seller
    listInstrument(venue, { symbol: 'CPU.A.LAB', grade: 'A' })
    // Two that must not trade with each other, and of one the key has a cap.
    const { member } = second
    const opened = venue.done(venue.operator, {
      kind: 'OpenAccount',
      member,
      ownerGroup: 0,
      handle: 'group',
    })
    const { ownerGroup } = only(opened, 'AccountOpened')
    for (const { account } of [second, both]) {
      venue.done(venue.operator, { kind: 'SetOwnerGroup', account, ownerGroup })
    }
    const cap = {
      scope: 'key',
      subject: second.key,
      period: 'total',
      limitMicro: 600_000n,
    } as const
    venue.done(null, { kind: 'SetBudget', ...cap })
    this.#isTrading = true
  }
  #isTrading = false

  envelopeOf(one: Step): Envelope {
    if (one.op === 'mine') return this.envelopeOf(this.#cancelOf(one.pick))
    const { account, key } = this.traders[one.who]!
    const random = new Uint8Array(10)
    new DataView(random.buffer).setUint32(0, ++this.#ids)
    const id = newCommandId(Math.floor(this.objects.timeUs / 1_000), random)
    return { account, key, id, command: this.#commandOf(one) }
  }
  turn({ which, status }: Turn): void {
    const node = this.#own[which]!
    const party = this.traders[which === 0 ? 1 : 3]!
    this.#both(party, { kind: 'SetNodeStatus', node, status, reason: '' })
  }
  /** The machine with the offer has so many cores from now on. */
  shrink(cores: number): void {
    const attested = { cores, memoryMib: 9_000, diskMib: 0, cards: 0 }
    const reserve = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }
    const facts = {
      attested,
      reserve,
      isolation: 'namespaces',
      inventoryDigest: '00'.repeat(32),
    } as const
    this.#both(this.traders[1]!, { kind: 'AttestNode', node: this.#node, ...facts })
  }
  /** What is no order both do as objects. */
  #both(party: Party, command: Command): void {
    this.#isTrading = false
    this.objects.done(party, command)
    this.#isTrading = true
  }
  /** Both ways; the outcome must be the same to the byte. */
  submit(envelope: Envelope): Outcome {
    const seq = this.objects.exchange.lastSeq + 1
    const { timeUs } = this.objects
    const outcome = this.objects.exchange.execute({ seq, timeUs, envelope })
    const bytes = new Uint8Array([7, ...encode(envelopeCodec, envelope), 7])
    const { raw } = this.bytes
    const until = bytes.length - 1
    expect(raw.takes(bytes, 1, until)).toBe(true)
    expect(raw.lookup(bytes, 1, until, timeUs)).toBe(null)
    // A look ahead leaves no trace, neither here nor in the state that is compared at the end.
    raw.expect(bytes, 1, until)
    raw.gather()
    const writer = new Writer()
    writer.u8(9)
    raw.execute(seq, timeUs, bytes, 1, until, writer)
    expect(writer.finish().subarray(1)).toEqual(encode(outcomeCodec, outcome))
    expect(outcome.events.filter(({ kind }) => !raw.kinds.has(kind))).toEqual([])
    // A repetition is known to both.
    const again = { kind: 'replay', seq }
    expect([raw.lookup(bytes, 1, until, timeUs), this.bytes.lookup(envelope, timeUs)]).toEqual([
      again,
      again,
    ])
    return outcome
  }

  /** Place among the open orders of the one at this price. */
  openAt(priceTicks: number): number {
    return this.#open().findIndex((each) => each.priceTicks === priceTicks)
  }
  #open(): { who: number; order: number; priceTicks: number }[] {
    return this.traders.flatMap(({ account }, who) =>
      this.objects.exchange.answers
        .openOrders({ account })
        .map(({ order, priceTicks }) => ({ who, order, priceTicks })),
    )
  }
  /** A cancel of one of the orders that are open, by its owner. */
  #cancelOf(pick: number): Step {
    const open = this.#open()
    const { who, order } = open[pick % open.length] ?? { who: 0, order: 1 }
    return { op: 'cancel', who, order }
  }
  #commandOf(one: Exclude<Step, { op: 'mine' }>): Command {
    if (one.op === 'cancel') return { kind: 'CancelOrder', order: one.order }
    if (one.op === 'plain') {
      const { who, sell, node, instrument, priceTicks, units } = one
      const { timeInForce, selfTrade, horizonSeconds } = one
      const machines = who === 1 ? [this.#own[0], this.#node] : [this.#own[1]]
      const from = sell ? (machines[node] ?? this.#own[0]) : null
      const terms = { instrument, priceTicks, units, timeInForce, selfTrade, horizonSeconds }
      return { ...buy(this.objects), ...terms, side: sell ? 'sell' : 'buy', node: from }
    }
    const { sell, priceTicks, units, timeInForce, selfTrade, flag, rare, instrument } = one
    const isLabel = rare === 'label' || rare === '标签'
    return {
      ...buy(this.objects),
      instrument,
      side: sell ? 'sell' : 'buy',
      type: priceTicks === null ? 'market_to_limit' : 'limit',
      priceTicks,
      units,
      timeInForce,
      selfTrade,
      expiresAtUs: timeInForce === 'GTD' ? this.objects.timeUs + 5_000_000 : null,
      postOnly: flag === 'postOnly',
      allOrNone: flag === 'allOrNone' || flag === 'standing',
      colocate: flag === 'colocate',
      standing: flag === 'standing',
      clientOrderId: isLabel ? `${rare}-${units}` : null,
      capMicro: rare === 'cap' ? 40_000n : null,
      durationSeconds: rare === 'duration' ? 90 : null,
      workload: rare === 'workload' ? { specDigest: 'ab'.repeat(32), closeAllocation: true } : null,
      onBehalfOf: rare === 'client' ? 1 : null,
      capacity: rare === 'client' ? 'agency' : 'principal',
      retryTicks: rare === 'retry' ? 100 : null,
      node: sell ? this.#node : null,
    }
  }
}

/** One more machine of the venue's seller, which nothing is offered of. */
function unoffered(venue: Venue): number {
  addNode(venue, { cores: 12, memoryMib: 12_000, priceTicks: 99 })
  const { node, sku } = venue
  venue.done(venue.seller, { kind: 'WithdrawOffer', node, sku })
  return node
}

test.each(['lease', 'at_trade'] as const)(
  'ENG-001 orders as bytes and as objects: %s',
  (settlement) => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), turn, (steps, later) => {
        const twins = new Twins(settlement)
        for (const [at, one] of steps.entries()) {
          if (at === steps.length >> 1) twins.turn(later)
          const { refusal, events } = twins.submit(twins.envelopeOf(one))
          seen.add(refusal?.code ?? '')
          for (const { kind } of events) seen.add(kind)
        }
        expect(twins.bytes.stateHash()).toBe(twins.objects.exchange.stateHash())
        const loaded = new Exchange({ settlement })
        loaded.load(twins.bytes.snapshot())
        expect(loaded.stateHash()).toBe(twins.bytes.stateHash())
      }),
      { numRuns: 120, seed: 7 },
    )
    // What the comparison is worth: these all happened.
    const kinds = [
      'OrderPlaced',
      'OrderFilled',
      'TradeExecuted',
      'OrderEnded',
      'EntryPosted',
      'NeedWaiting',
    ]
    const codes = [
      'ORDER_FROM_OFFER',
      'BUDGET_EXCEEDED',
      'CAPACITY_INSUFFICIENT',
      'FIELD_INVALID',
      'FORBIDDEN',
      'GRADE_MISSING',
      'INSUFFICIENT_FUNDS',
      'NODE_NOT_TRADABLE',
      'NOT_FOUND',
      'ORDER_CLOSED',
      'PRICE_BAND',
    ]
    expect([...kinds, ...codes].filter((each) => !seen.has(each))).toEqual([])
  },
)

test('an offer grows when an order beside it is cancelled, also by bytes', () => {
  const twins = new Twins('lease')
  const terms = {
    instrument: 1,
    timeInForce: 'GTC',
    selfTrade: 'decrement',
    horizonSeconds: 0,
  } as const
  const sell = { op: 'plain', who: 1, sell: true, node: 1, priceTicks: 104, units: 4 } as const
  twins.submit(twins.envelopeOf({ ...terms, ...sell }))
  // Of nine cores seven are left: four for the order, three of five for the offer.
  twins.shrink(7)
  const { events } = twins.submit(twins.envelopeOf({ op: 'mine', pick: twins.openAt(104) }))
  expect(only(events, 'OrderAmended')).toMatchObject({ units: 5 })
})

test.each(['', 'label', 'duration', 'cap'] as const)(
  'bytes that are no canonical order are not for this door: %s',
  (rare) => {
    const twins = new Twins('lease')
    const good = encode(
      envelopeCodec,
      twins.envelopeOf({
        op: 'place',
        who: 0,
        sell: false,
        priceTicks: 100,
        units: 1,
        timeInForce: 'GTC',
        selfTrade: 'expire_maker',
        flag: '',
        rare,
        instrument: 1,
      }),
    )
    const { raw } = twins.bytes
    expect(raw.takes(good, 0, good.length)).toBe(true)
    for (let length = 0; length < good.length; length++)
      expect(raw.takes(good, 0, length)).toBe(false)
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
        const bytes = good.slice()
        bytes[at] = value
        expect(raw.takes(bytes, 0, bytes.length)).toBe(isOrder(bytes))
        raw.expect(bytes, 0, bytes.length)
      }),
      { numRuns: 3_000 },
    )
    raw.gather()
  },
)

/** As the codec has it: canonical, and of the two kinds. */
function isOrder(bytes: Uint8Array): boolean {
  try {
    const { command } = decode(envelopeCodec, bytes)
    return command.kind === 'PlaceOrder' || command.kind === 'CancelOrder'
  } catch {
    return false
  }
}
