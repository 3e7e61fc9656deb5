// What the scan reads off bytes is what the decoded events tell.
import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { encode } from '../kernel/index.ts'
import { eventRecord, type Event, type EventOf, type EventRecord } from './event.ts'
import { OrderScan, type OrderFacts } from './order-scan.ts'
import {
  capacityFlag,
  orderEnd,
  orderStatus,
  orderType,
  selfTrade,
  side,
  timeInForce,
} from './vocabulary.ts'

const ORDERS = [1, 200, 3_000_000_000, Number.MAX_SAFE_INTEGER]
const anyOrder = fc.constantFrom(...ORDERS)
const u32 = fc.oneof(fc.nat(300), fc.nat(2 ** 32 - 1))
const u53 = fc.oneof(fc.nat(300), fc.maxSafeNat())
const i64 = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })
const oneOf = <T>(values: readonly T[]) => fc.constantFrom(...values)
const label = fc.constantFrom('', 'a label', '标签')
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const workload = fc.record({
  specDigest: fc.constant('ab'.repeat(32)),
  closeAllocation: fc.boolean(),
})

const placed = fc.record<EventOf<'OrderPlaced'>>({
  kind: fc.constant('OrderPlaced'),
  order: anyOrder,
  account: u32,
  key: u32,
  offer: fc.boolean(),
  instrument: u32,
  side: oneOf(side.values),
  type: oneOf(orderType.values),
  units: u32,
  priceTicks: maybe(u32),
  timeInForce: oneOf(timeInForce.values),
  expiresAtUs: maybe(u53),
  postOnly: fc.boolean(),
  allOrNone: fc.boolean(),
  colocate: fc.boolean(),
  minUnits: u32,
  standing: fc.boolean(),
  selfTrade: oneOf(selfTrade.values),
  horizonSeconds: u32,
  durationSeconds: maybe(u32),
  capMicro: maybe(i64),
  clientOrderId: maybe(label),
  capacity: oneOf(capacityFlag.values),
  onBehalfOf: maybe(u32),
  node: maybe(u32),
  workload: maybe(workload),
  retryTicks: maybe(u32),
})
const traded = fc.record<EventOf<'TradeExecuted'>>({
  kind: fc.constant('TradeExecuted'),
  trade: u53,
  instrument: u32,
  priceTicks: fc.nat(1_000),
  units: fc.nat(1_000),
  takerSide: oneOf(side.values),
  buyOrder: anyOrder,
  sellOrder: anyOrder,
  buyAccount: u32,
  sellAccount: u32,
  node: u32,
  lease: u53,
})
const others = fc.oneof(
  fc.record<EventOf<'OrderFilled'>>({
    kind: fc.constant('OrderFilled'),
    order: anyOrder,
    units: u32,
    remainingUnits: u32,
    status: oneOf(orderStatus.values),
  }),
  fc.record<EventOf<'OrderEnded'>>({
    kind: fc.constant('OrderEnded'),
    order: anyOrder,
    status: oneOf(orderStatus.values),
    end: oneOf(orderEnd.values),
    detail: maybe(label),
    remainingUnits: u32,
  }),
  fc.record<EventOf<'NeedWaiting'>>({
    kind: fc.constant('NeedWaiting'),
    order: anyOrder,
    reason: label,
    instrument: maybe(u32),
  }),
  fc.record<EventOf<'CancelAfterSet'>>({
    kind: fc.constant('CancelAfterSet'),
    account: u32,
    firesAtUs: maybe(u53),
  }),
  fc.record<EventOf<'EntryPosted'>>({
    kind: fc.constant('EntryPosted'),
    rule: fc.constantFrom('', 'LED-001'),
    subject: u53,
    rules: fc.nat(65_535),
    postings: fc.array(
      fc.record({
        code: fc.nat(65_535),
        owner: u53,
        asset: fc.constantFrom('CNY', ''),
        amountMicro: i64,
      }),
      { maxLength: 5 },
    ),
  }),
)
const events = fc.array<Event>(fc.oneof(placed, traded, others), { maxLength: 6 })

/** The same, from events as objects. */
function told(all: readonly Event[], units: number | null): OrderFacts {
  let order = 0
  let status: OrderFacts['status'] = units === null ? null : 'open'
  let end: OrderFacts['end'] = null
  let filledUnits = 0
  let filledTickUnits = 0
  let remainingUnits = units ?? 0
  for (const one of all) {
    if (one.kind === 'OrderPlaced' && order === 0 && units !== null) order = one.order
    if (one.kind === 'OrderEnded' && order === 0 && units === null) order = one.order
    if (one.kind === 'TradeExecuted' && (one.buyOrder === order || one.sellOrder === order)) {
      filledUnits += one.units
      filledTickUnits += one.priceTicks * one.units
    }
    if (one.kind === 'NeedWaiting' && one.order === order && status === 'open') status = 'pending'
    const isEnded = one.kind === 'OrderEnded' && one.order === order
    const isFilled = one.kind === 'OrderFilled' && one.order === order && end === null
    if (!isEnded && !isFilled) continue
    if (isEnded) end = one.end
    status = one.status
    remainingUnits = one.remainingUnits
  }
  return { code: null, order, status, end, filledUnits, filledTickUnits, remainingUnits }
}

const recordOf = (outcome: EventRecord['outcome']): EventRecord => ({
  seq: 1,
  timeUs: 2,
  account: 3,
  key: 4,
  command: '0'.repeat(32),
  commandKind: 'PlaceOrder',
  outcome,
})

const scan = new OrderScan()
function scanned(record: EventRecord, units: number | null): OrderFacts {
  // Something lies in front of the record and behind it, as in a batch.
  const own = encode(eventRecord, record)
  const bytes = new Uint8Array(own.length + 14).fill(0xff)
  bytes.set(own, 7)
  const facts = scan.facts({ bytes, from: 7, until: 7 + own.length }, units)
  const { code, order: number, status, end, filledUnits, filledTickUnits, remainingUnits } = facts
  return { code, order: number, status, end, filledUnits, filledTickUnits, remainingUnits }
}

test.prop([events, maybe(u32)])('the facts are those of the events', (all, units) => {
  expect(scanned(recordOf({ refusal: null, events: all }), units)).toEqual(told(all, units))
})

test('a refusal is its code', () => {
  const refusal = { code: 'INSUFFICIENT_FUNDS', facts: [] }
  expect(scanned(recordOf({ refusal, events: [] }), 5)).toEqual({
    code: 'INSUFFICIENT_FUNDS',
    order: 0,
    status: null,
    end: null,
    filledUnits: 0,
    filledTickUnits: 0,
    remainingUnits: 0,
  })
})

test('bytes that end too soon are no record', () => {
  const whole = encode(
    eventRecord,
    recordOf({ refusal: null, events: [{ kind: 'CancelAfterSet', account: 1, firesAtUs: null }] }),
  )
  for (let until = 0; until < whole.length; until++) {
    const record = { bytes: whole.subarray(0, until), from: 0, until }
    expect(() => scan.facts(record, 1), `${until} bytes`).toThrow('end of bytes')
  }
})
