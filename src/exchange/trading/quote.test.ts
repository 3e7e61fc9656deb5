// TRD-031: what a need would cost, and what does not fit.
import { describe, expect, test } from 'vitest'
import type { Need } from '../../messages/index.ts'
import { OPERATOR } from '../ledger/money-world.ts'
import { Bazaar } from '../trading-fixture.ts'
import { quote, unitsFor } from './quote.ts'

const NEED: Need = {
  class: 'cpu',
  resources: { cores: 3, memoryMib: 10_240, diskMib: 0, cards: 0 },
  durationSeconds: null,
  maxPriceMicroPerHour: null,
  hub: null,
  instrument: null,
  colocate: true,
  isolationNone: false,
}
const ask = (x: Bazaar, need: Partial<Need>) =>
  quote(x, { ...NEED, ...need }, { seq: 1, timeUs: x.timeUs })

describe('TRD-031: units of a need', () => {
  const bundle = { cores: 1, memoryMib: 4_096, diskMib: 0, cards: 0 }
  test.each([
    [
      { cores: 3, memoryMib: 10_240 },
      { units: 3, dimension: 'cores' },
    ],
    [
      { cores: 2, memoryMib: 10_240 },
      { units: 3, dimension: 'memoryMib' },
    ],
    [
      { cores: 0, memoryMib: 1 },
      { units: 1, dimension: 'memoryMib' },
    ],
    [
      { cores: 0, memoryMib: 0 },
      { units: 1, dimension: 'units' },
    ],
    [
      { cores: 1, memoryMib: 0, cards: 1 },
      { why: 'NOT_IN_BUNDLE', dimension: 'cards' },
    ],
  ])('%o are %o', (resources, units) => {
    const all = { diskMib: 0, cards: 0, ...resources }
    expect(unitsFor({ resources: all }, { bundle })).toEqual(units)
  })
})

describe('TRD-031: quotes', () => {
  test('one machine: the first large enough, with all that it costs and its next commitment', () => {
    const x = new Bazaar()
    x.offer(x.node(4), 80, 4)
    const node = x.node(16)
    x.offer(node, 90, 16)
    const fromUs = x.timeUs + 7_200_000_000
    const resources = { cores: 10, memoryMib: 0, diskMib: 0, cards: 0 }
    const untilUs = fromUs + 1
    const own = { kind: 'CommitCapacity', node, resources, fromUs, untilUs, reason: '' } as const
    x.must(x.seller, own)
    const { legs, unavailable } = ask(x, { durationSeconds: 1_800 })
    expect(unavailable).toEqual([])
    expect(legs).toMatchObject([
      {
        units: 10,
        dimension: 'memoryMib',
        node,
        priceTicks: 90,
        priceMicroPerHour: 90_000n,
        horizonSeconds: 1_800,
        principalMicro: 450_000n,
        feeMicro: 225n,
        untilUs: fromUs,
        isolation: 'namespaces',
      },
    ])
  })
  test('many machines: the limit that fills all of it now, cheapest instrument first', () => {
    const x = new Bazaar()
    x.offer(x.node(4), 80, 4)
    x.offer(x.node(8), 90, 8)
    const best = x.list({ symbol: 'CORE.A.H1', grade: 'A' })
    const node = x.node(16)
    x.catalog.mustNode(node).grades = [{ sku: 1, grade: 'A' }]
    x.offer(node, 70, 16)
    const { legs } = ask(x, { colocate: false })
    expect(legs.map((leg) => [leg.instrument, leg.priceTicks, leg.node])).toEqual([
      [best, 70, null],
      [x.instrument, 90, null],
    ])
    expect(ask(x, { instrument: x.instrument }).legs).toEqual([])
    expect(ask(x, { hub: 2 }).unavailable).toEqual([])
    expect(ask(x, { class: 'gpu' }).legs).toEqual([])
  })
  test.each([
    ['NO_OFFER', null, {}, 0],
    ['NO_SINGLE_NODE', 'memoryMib', {}, 4],
    ['NOT_ENOUGH', 'memoryMib', { colocate: false }, 4],
    ['PRICE', 'price', { maxPriceMicroPerHour: 89_999n }, 16],
    ['PRICE', 'price', { maxPriceMicroPerHour: 89_999n, colocate: false }, 16],
  ] as const)('%s names %s', (why, dimension, need, cores) => {
    const x = new Bazaar()
    if (cores > 0) x.offer(x.node(cores), 90, cores)
    expect(ask(x, need)).toMatchObject({
      legs: [],
      unavailable: [{ symbol: 'CORE.U.H1', why, dimension }],
    })
  })
  test('machines without isolation are quoted only when the need says so', () => {
    const x = new Bazaar()
    const node = x.node(16)
    x.catalog.mustNode(node).isolation = 'none'
    x.offer(node, 90, 16)
    for (const colocate of [true, false]) {
      expect(ask(x, { colocate }).unavailable).toMatchObject([{ why: 'ISOLATION' }])
      expect(ask(x, { colocate, isolationNone: true }).legs).toMatchObject([{ isolation: 'none' }])
    }
  })
  test('a halted instrument is not quoted', () => {
    const x = new Bazaar()
    x.offer(x.node(16), 90, 16)
    const { instrument } = x
    x.must(OPERATOR, { kind: 'SetInstrumentStatus', instrument, status: 'halted', reason: '' })
    expect(ask(x, {}).legs).toEqual([])
  })
  test('the order that a quote names fills whole', () => {
    const x = new Bazaar()
    x.offer(x.node(16), 90, 16)
    const leg = ask(x, {}).legs[0]!
    const { units, priceTicks, node, horizonSeconds } = leg
    const order = x.buy({
      units,
      priceTicks,
      node,
      horizonSeconds,
      colocate: true,
      timeInForce: 'FOK',
    })
    const { fills } = x.place(x.buyer, order)
    expect(fills.map((each) => [each.units, each.node])).toEqual([[10, node]])
    expect(BigInt(fills[0]!.takenPrincipalMicro)).toBe(leg.principalMicro)
  })
})
