// Every way in which an order, a change or an offer is refused.
import { describe, expect, test } from 'vitest'
import { LIMITS, type CommandOf } from '../../messages/index.ts'
import { OPERATOR, SYSTEM } from '../ledger/money-world.ts'
import { Bazaar, SCOPES } from '../trading-fixture.ts'

type Place = Partial<CommandOf<'PlaceOrder'>>

describe('TRD-033: fields of an order must agree', () => {
  const bad: readonly [string, Place][] = [
    ['units', { units: 0 }],
    ['units', { units: LIMITS.unitsPerOrder + 1 }],
    ['priceTicks', { priceTicks: null }],
    ['priceTicks', { type: 'market_to_limit', timeInForce: 'IOC' }],
    ['priceTicks', { priceTicks: 0 }],
    ['minUnits', { minUnits: 2, timeInForce: 'IOC' }],
    ['capMicro', { capMicro: -1n }],
    ['expiresAtUs', { timeInForce: 'GTD' }],
    ['expiresAtUs', { expiresAtUs: 1 }],
    ['expiresAtUs', { timeInForce: 'GTD', expiresAtUs: 1 }],
    ['horizonSeconds', { horizonSeconds: LIMITS.durationSecondsMax + 1 }],
    ['durationSeconds', { durationSeconds: 0 }],
    ['durationSeconds', { durationSeconds: LIMITS.durationSecondsMax + 1 }],
    ['postOnly', { postOnly: true, timeInForce: 'IOC' }],
    ['postOnly', { postOnly: true, colocate: true }],
    ['standing', { standing: true }],
    ['standing', { standing: true, allOrNone: true, timeInForce: 'IOC' }],
    ['node', { side: 'sell' }],
    ['colocate', { side: 'sell', node: 1, colocate: true, timeInForce: 'IOC' }],
    ['onBehalfOf', { capacity: 'agency' }],
    ['onBehalfOf', { onBehalfOf: 2 }],
  ]
  test.each(bad)('FIELD_INVALID %s: %o', (field, fields) => {
    const x = new Bazaar()
    x.node(4)
    const who = fields.side === 'sell' ? x.seller : x.buyer
    const { refusal } = x.run(who, x.buy(fields))
    expect(refusal?.code).toBe('FIELD_INVALID')
    expect(refusal?.facts[0]).toEqual({ name: 'field', value: field })
  })
  test('FIELD_INVALID workload: a sell order runs nothing', () => {
    const x = new Bazaar()
    const workload = { specDigest: '00'.repeat(32), closeAllocation: true }
    const { refusal } = x.run(x.seller, x.sell({ node: x.node(4), workload }))
    expect(refusal?.facts[0]?.value).toBe('workload')
  })
})

describe('the state of the market', () => {
  test('NOT_FOUND for an instrument, a node and a client that are not there', () => {
    const x = new Bazaar()
    expect(x.code(x.buyer, x.buy({ instrument: 9 }))).toBe('NOT_FOUND')
    expect(x.code(x.buyer, x.buy({ node: 9, timeInForce: 'IOC' }))).toBe('NOT_FOUND')
    expect(x.code(x.buyer, x.buy({ capacity: 'agency', onBehalfOf: 999 }))).toBe('NOT_FOUND')
    expect(x.code(x.buyer, { kind: 'CancelAll', instrument: 9 })).toBe('NOT_FOUND')
    expect(x.code(x.buyer, { kind: 'CancelOrder', order: 9 })).toBe('NOT_FOUND')
  })
  test('ROLE_MISSING: only a buyer buys, only a provider sells', () => {
    const x = new Bazaar()
    expect(x.code(OPERATOR, x.buy({}))).toBe('ROLE_MISSING')
  })
  test('SCOPE_MISSING: a key without the scope', () => {
    const x = new Bazaar()
    const reader = x.money.join('reader', ['read'])
    expect(x.code(reader, x.buy({}))).toBe('SCOPE_MISSING')
    expect(SCOPES).toContain('trade')
  })
  test('TRD-001, TRD-002: halted refuses orders and changes, allows cancels; delisted ends all', () => {
    const x = new Bazaar()
    const { order } = x.place(x.buyer, x.buy({ priceTicks: 10 }))
    const second = x.place(x.buyer, x.buy({ priceTicks: 11 })).order
    const { instrument } = x
    x.must(OPERATOR, { kind: 'SetInstrumentStatus', instrument, status: 'halted', reason: '' })
    expect(x.code(x.buyer, x.buy({}))).toBe('MARKET_HALTED')
    const amend = { kind: 'AmendOrder', order, units: 2, priceTicks: null } as const
    expect(x.code(x.buyer, amend)).toBe('MARKET_HALTED')
    expect(x.code(x.buyer, { kind: 'CancelOrder', order })).toBe(null)
    x.must(OPERATOR, { kind: 'SetInstrumentStatus', instrument, status: 'delisted', reason: '' })
    const { events } = x.act((ctx) => {
      expect(x.trading.endDelisted(ctx, instrument)).toBe(true)
      return []
    })
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'OrderEnded', order: second, end: 'INSTRUMENT_DELISTED' }),
    )
    expect(x.code(x.buyer, x.buy({}))).toBe('INSTRUMENT_DELISTED')
    expect(x.held(x.buyer)).toBe(0n)
  })
  test('TRD-003: a label is unique among the open orders of its account', () => {
    const x = new Bazaar()
    const { order } = x.place(x.buyer, x.buy({ priceTicks: 10, clientOrderId: 'a' }))
    const again = x.buy({ priceTicks: 10, clientOrderId: 'a' })
    expect(x.code(x.buyer, again)).toBe('DUPLICATE_CLIENT_ORDER_ID')
    expect(x.code(x.trader('another', 10_000_000n), again)).toBe(null)
    x.must(x.buyer, { kind: 'CancelOrder', order })
    expect(x.trading.orderByClientId(x.buyer.account, 'a')?.status).toBe('cancelled')
    expect(x.code(x.buyer, again)).toBe(null)
    expect(x.trading.orderByClientId(x.buyer.account, 'a')?.status).toBe('open')
    expect(x.trading.orderByClientId(x.buyer.account, 'b')).toBe(null)
  })
  test('TRD-004: E05, a reference of 1,235 with 8 % gives 1,137 to 1,333; only the harmful side refuses', () => {
    const x = new Bazaar({ referenceTicks: 1_235, bandPpm: 80_000 })
    const node = x.node(4)
    expect(x.code(x.buyer, x.buy({ priceTicks: 1_334 }))).toBe('PRICE_BAND')
    expect(x.code(x.buyer, x.buy({ priceTicks: 1_333 }))).toBe(null)
    expect(x.code(x.buyer, x.buy({ priceTicks: 1 }))).toBe(null)
    const { refusal } = x.run(x.seller, x.sell({ node, priceTicks: 1_136 }))
    expect(refusal?.facts).toEqual([
      { name: 'price', value: '1.136' },
      { name: 'low', value: '1.137' },
      { name: 'high', value: '1.333' },
      { name: 'asset', value: 'CNY' },
    ])
    expect(x.code(x.seller, x.sell({ node, priceTicks: 9_999 }))).toBe(null)
    const offer = { kind: 'SetOffer', node, sku: 1, maxUnits: 1, untilUs: null } as const
    expect(x.code(x.seller, { ...offer, priceTicks: 1_136 })).toBe('PRICE_BAND')
  })
  test('TRD-005: a post-only order that would trade is refused with the best price', () => {
    const x = new Bazaar()
    x.offer(x.node(4), 90, 4)
    const { refusal } = x.run(x.buyer, x.buy({ priceTicks: 90, postOnly: true }))
    expect(refusal).toEqual({
      code: 'POST_ONLY_WOULD_CROSS',
      facts: [
        { name: 'price', value: '0.09' },
        { name: 'best', value: '0.09' },
        { name: 'asset', value: 'CNY' },
      ],
    })
    const { order } = x.place(x.buyer, x.buy({ priceTicks: 89, postOnly: true }))
    const up = { kind: 'AmendOrder', order, units: null, priceTicks: 90 } as const
    expect(x.code(x.buyer, up)).toBe('POST_ONLY_WOULD_CROSS')
  })
  const never: readonly Place[] = [
    { allOrNone: true },
    { colocate: true },
    { units: 2, minUnits: 2 },
    { node: 1 },
  ]
  test.each(never)('TRD-006: NEVER_RESTS without IOC, FOK or standing: %o', (fields) => {
    const x = new Bazaar()
    x.node(4)
    expect(x.code(x.buyer, x.buy(fields))).toBe('NEVER_RESTS')
    expect(x.code(x.buyer, x.buy({ ...fields, timeInForce: 'IOC' }))).toBe(null)
    expect(x.code(x.buyer, x.buy({ ...fields, timeInForce: 'FOK' }))).toBe(null)
    expect(x.code(x.buyer, x.buy({ ...fields, standing: true }))).toBe(null)
  })
  test('TRD-007: a closed order cannot be changed, another account’s never', () => {
    const x = new Bazaar()
    const { order } = x.place(x.buyer, x.buy({ priceTicks: 10 }))
    const other = x.trader('other', 10_000n)
    expect(x.code(other, { kind: 'CancelOrder', order })).toBe('NOT_FOUND')
    x.must(x.buyer, { kind: 'CancelOrder', order })
    expect(x.code(x.buyer, { kind: 'CancelOrder', order })).toBe('ORDER_CLOSED')
  })
  test('TRD-008: an order that follows an offer is changed through the offer', () => {
    const x = new Bazaar()
    const node = x.node(4)
    x.offer(node, 90, 4)
    const order = x.trading.market.offer(node, 1)!.order!
    expect(x.code(x.seller, { kind: 'CancelOrder', order })).toBe('ORDER_FROM_OFFER')
    x.must(x.seller, { kind: 'CancelAll', instrument: null })
    expect(x.depth().asks).toEqual([[90, 4, 1]])
  })
  test('TRD-009: market_to_limit needs something on the other side', () => {
    const x = new Bazaar()
    const market = x.buy({ type: 'market_to_limit', priceTicks: null, units: 9 })
    expect(x.code(x.buyer, market)).toBe('NO_OFFER')
  })
})

describe('nodes of sell orders', () => {
  test('CAP-001: only a node that is online, connected and attested', () => {
    const x = new Bazaar()
    const node = x.node(4)
    const row = x.catalog.mustNode(node)
    const why = () => x.run(x.seller, x.sell({ node })).refusal?.facts[1]?.value
    for (const status of ['registered', 'draining', 'maintenance', 'lost'] as const) {
      row.status = status
      expect(x.code(x.seller, x.sell({ node }))).toBe('NODE_NOT_TRADABLE')
      expect(why()).toBe(status)
    }
    row.status = 'online'
    row.connected = false
    expect(why()).toBe('disconnected')
    row.connected = true
    row.attested = null
    expect(why()).toBe('not attested')
  })
  test('CAP-002: the units must be free, and the refusal names the dimension', () => {
    const x = new Bazaar()
    const node = x.node(4, 2_048)
    expect(x.run(x.seller, x.sell({ node, units: 3 })).refusal).toEqual({
      code: 'CAPACITY_INSUFFICIENT',
      facts: [
        { name: 'node', value: String(node) },
        { name: 'dimension', value: 'memoryMib' },
        { name: 'free', value: '2048' },
        { name: 'wanted', value: '3072' },
      ],
    })
    const { order } = x.place(x.seller, x.sell({ node, units: 1 }))
    const more = { kind: 'AmendOrder', order, units: 3, priceTicks: null } as const
    expect(x.code(x.seller, more)).toBe('CAPACITY_INSUFFICIENT')
  })
  test('EVA-001: the node must have the grade of the instrument, in its hub', () => {
    const x = new Bazaar()
    const node = x.node(4)
    const best = x.list({ symbol: 'CORE.A.H1', grade: 'A' })
    expect(x.code(x.seller, x.sell({ node, instrument: best }))).toBe('GRADE_MISSING')
    const bundle = { cores: 2, memoryMib: 0, diskMib: 0, cards: 0 }
    const name = { en: 'x', zh: 'x' }
    x.must(OPERATOR, { kind: 'DefineSku', code: 'PAIR', class: 'cpu', unit: 'core', bundle, name })
    const offer = { kind: 'SetOffer', node, sku: 2, priceTicks: 1, maxUnits: 1 } as const
    expect(x.code(x.seller, { ...offer, untilUs: null })).toBe('GRADE_MISSING')
  })
  test('DLV-001: ISOLATION_REFUSED outside the sandbox', () => {
    const x = new Bazaar()
    const node = x.node(4)
    x.catalog.mustNode(node).isolation = 'none'
    expect(x.code(x.seller, x.sell({ node }))).toBe(null)
    x.mode = 'LICENSED'
    expect(x.code(x.seller, x.sell({ node }))).toBe('ISOLATION_REFUSED')
    const offer = { kind: 'SetOffer', node, sku: 1, priceTicks: 1, maxUnits: 1, untilUs: null }
    expect(x.code(x.seller, offer as CommandOf<'SetOffer'>)).toBe('ISOLATION_REFUSED')
  })
  test('CAP-004: one’s own node is not bought', () => {
    const x = new Bazaar()
    const node = x.node(4)
    expect(x.code(x.seller, x.buy({ node, timeInForce: 'IOC' }))).toBe('OWN_NODE')
  })
  test('FORBIDDEN: another’s node is not sold', () => {
    const x = new Bazaar()
    const node = x.node(4)
    const other = x.trader('other', 10_000n)
    expect(x.code(other, x.sell({ node }))).toBe('FORBIDDEN')
    const withdraw = { kind: 'WithdrawOffer', node, sku: 1 } as const
    expect(x.code(other, withdraw)).toBe('FORBIDDEN')
    expect(x.code(x.seller, withdraw)).toBe('NOT_FOUND')
  })
})

describe('money', () => {
  test('LED-001, LED-002, TRD-013: free money, the order’s own cap, and every budget', () => {
    const x = new Bazaar({ makerFeePpm: 0, takerFeePpm: 0 })
    const poor = x.trader('poor', 1_000_000n)
    // 100 ticks of 1,000 for an hour: 100,000 a unit
    expect(x.code(poor, x.buy({ units: 11 }))).toBe('INSUFFICIENT_FUNDS')
    const { refusal } = x.run(poor, x.buy({ units: 2, capMicro: 199_999n }))
    expect(refusal?.code).toBe('BUDGET_EXCEEDED')
    expect(refusal?.facts[0]).toEqual({ name: 'scope', value: 'order' })
    expect(x.code(poor, x.buy({ units: 2, capMicro: 200_000n }))).toBe(null)
    const order = x.trading.openOrders(poor.account)[0]!.order
    const more = { kind: 'AmendOrder', order, units: 3, priceTicks: null } as const
    expect(x.code(poor, more)).toBe('BUDGET_EXCEEDED')
    const { account } = poor
    const key = x.money.issue(SYSTEM, { account, scopes: ['trade'], capMicro: 100_000n })
    const capped = { account, key }
    expect(x.run(capped, x.buy({ units: 2 })).refusal?.facts[0]?.value).toBe('key')
    expect(x.code(capped, x.buy({ units: 1 }))).toBe(null)
  })
  test('TRD-010: horizon 0 is the instrument’s own, and no horizon passes the duration', () => {
    const x = new Bazaar({ makerFeePpm: 0, takerFeePpm: 0 })
    x.must(x.buyer, x.buy({}))
    expect(x.held(x.buyer)).toBe(100_000n)
    x.must(x.buyer, x.buy({ horizonSeconds: 7_200 }))
    expect(x.held(x.buyer)).toBe(300_000n)
    x.must(x.buyer, x.buy({ horizonSeconds: 7_200, durationSeconds: 36 }))
    expect(x.held(x.buyer)).toBe(301_000n)
  })
})

describe('TRD-034: limits', () => {
  test('LIMIT_REACHED: offers of a node', () => {
    const x = new Bazaar()
    const node = x.node(4)
    for (let sku = 2; sku <= LIMITS.offersPerNode + 1; sku++) {
      const bundle = { cores: 1, memoryMib: 0, diskMib: 0, cards: 0 }
      const name = { en: 'x', zh: 'x' }
      const code = `S${sku}`
      x.must(OPERATOR, { kind: 'DefineSku', code, class: 'cpu', unit: 'core', bundle, name })
      x.list({ symbol: code, sku })
      x.offer(node, 1, 1, sku)
    }
    const offer = { kind: 'SetOffer', node, priceTicks: 2, maxUnits: 1, untilUs: null } as const
    expect(x.code(x.seller, { ...offer, sku: 1 })).toBe('LIMIT_REACHED')
    expect(x.code(x.seller, { ...offer, sku: 2 })).toBe(null)
  })
  test('LIMIT_REACHED: open orders of an account, standing needs; terms of an offer', () => {
    const x = new Bazaar()
    const node = x.node(4)
    const { market } = x.trading
    for (let i = 0; i < LIMITS.openOrdersPerAccount; i++)
      market.openOf.add(x.buyer.account, 100 + i)
    expect(x.code(x.buyer, x.buy({}))).toBe('LIMIT_REACHED')
    for (let i = 0; i < LIMITS.standingNeedsPerInstrument; i++) market.needsOf.add(1, -i)
    const other = x.trader('other', 10_000_000n)
    expect(x.code(other, x.buy({ allOrNone: true, standing: true }))).toBe('LIMIT_REACHED')
    const offer = { kind: 'SetOffer', node, sku: 1, priceTicks: 1, untilUs: null } as const
    const tooMany = { ...offer, maxUnits: LIMITS.unitsPerOrder + 1 }
    expect(x.code(x.seller, tooMany)).toBe('FIELD_INVALID')
    expect(x.code(x.seller, { ...offer, maxUnits: 1, sku: 7 })).toBe('NOT_FOUND')
    expect(x.code(x.seller, { ...offer, maxUnits: 1, untilUs: 1 })).toBe('FIELD_INVALID')
    expect(x.code(x.seller, { ...offer, maxUnits: 1, priceTicks: 0 })).toBe('FIELD_INVALID')
  })
  test('LIMIT_REACHED: price levels of a side', () => {
    const x = new Bazaar()
    const book = x.trading.market.book(x.instrument)
    const row = x.place(x.buyer, x.buy({ priceTicks: 1 })).row
    for (let price = 2; price <= LIMITS.levelsPerSide; price++)
      book.add('buy', price, 1, row.handle)
    expect(x.code(x.buyer, x.buy({ priceTicks: 70_000 }))).toBe('LIMIT_REACHED')
    expect(x.code(x.buyer, x.buy({ priceTicks: 2 }))).toBe(null)
  })
})

describe('amendments', () => {
  test.each([
    { units: null, priceTicks: null },
    { units: 0, priceTicks: null },
    { units: null, priceTicks: 0 },
    { units: 1, priceTicks: null },
  ])('FIELD_INVALID: %o', (change) => {
    const x = new Bazaar()
    x.offer(x.node(4), 90, 1)
    const { order } = x.place(x.buyer, x.buy({ units: 2, priceTicks: 90 }))
    expect(x.code(x.buyer, { kind: 'AmendOrder', order, ...change })).toBe('FIELD_INVALID')
  })
})
