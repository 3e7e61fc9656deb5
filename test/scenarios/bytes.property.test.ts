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
import { addNode, buy, deposit, openParty, openVenue, Venue, type Party } from './venue.ts'

const order = fc.record({
  op: fc.constant('place' as const),
  who: fc.nat(2),
  sell: fc.boolean(),
  priceTicks: fc.option(fc.integer({ min: 5, max: 112 }), { freq: 12 }),
  units: fc.integer({ min: 0, max: 6 }),
  timeInForce: fc.constantFrom('GTC', 'GTC', 'IOC', 'FOK', 'GTD'),
  selfTrade: fc.constantFrom('expire_maker', 'expire_taker', 'expire_both', 'decrement'),
  flag: fc.constantFrom('', '', '', 'postOnly', 'allOrNone', 'colocate', 'standing'),
  rare: fc.constantFrom('', '', 'label', '标签', 'cap', 'duration', 'workload', 'client', 'retry'),
  instrument: fc.constantFrom(1, 1, 1, 2),
})
const step = fc.oneof(
  { weight: 3, arbitrary: order },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('cancel' as const), who: fc.nat(2), order: fc.nat(40) }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** A venue, its traders, and the commands that bring it there, played once more on a twin. */
class Twins {
  readonly objects: Venue
  readonly bytes: Exchange
  readonly traders: readonly Party[]
  readonly #node: number
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
    const second = openParty(venue, 'buyer', ['read', 'trade'])
    deposit(venue, second, 900_000n)
    this.traders = [venue.buyer, venue.seller, second]
    this.#node = venue.node
    this.#isTrading = true
  }
  #isTrading = false

  envelopeOf(one: Step): Envelope {
    const { account, key } = this.traders[one.who]!
    const random = new Uint8Array(10)
    new DataView(random.buffer).setUint32(0, ++this.#ids)
    const id = newCommandId(Math.floor(this.objects.timeUs / 1_000), random)
    return { account, key, id, command: this.#commandOf(one) }
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

  #commandOf(one: Step): Command {
    if (one.op === 'cancel') return { kind: 'CancelOrder', order: one.order }
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

test.each(['lease', 'at_trade'] as const)(
  'ENG-001 orders as bytes and as objects: %s',
  (settlement) => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
        const twins = new Twins(settlement)
        for (const one of steps) {
          const { refusal, events } = twins.submit(twins.envelopeOf(one))
          seen.add(refusal?.code ?? '')
          for (const { kind } of events) seen.add(kind)
        }
        expect(twins.bytes.stateHash()).toBe(twins.objects.exchange.stateHash())
        const loaded = new Exchange({ settlement })
        loaded.load(twins.bytes.snapshot())
        expect(loaded.stateHash()).toBe(twins.bytes.stateHash())
      }),
      { numRuns: 60, seed: 7 },
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
    const codes = ['FIELD_INVALID', 'INSUFFICIENT_FUNDS', 'PRICE_BAND', 'ORDER_CLOSED', 'NOT_FOUND']
    expect([...kinds, ...codes].filter((each) => !seen.has(each))).toEqual([])
  },
)

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
      }),
      { numRuns: 3_000 },
    )
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
