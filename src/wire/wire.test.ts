import { fc, test as check } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { Value } from 'typebox/value'
import {
  ENDPOINTS,
  PREFIXES,
  averagePriceText,
  idOf,
  kindOfId,
  moneyOf,
  moneyText,
  numberOf,
  packLogPiece,
  priceBand,
  priceText,
  ticksOf,
  unpackLog,
  type Endpoint,
  type IdKind,
} from './index.ts'

const kinds = Object.keys(PREFIXES) as IdKind[]

describe('ids', () => {
  check.prop([fc.constantFrom(...kinds), fc.maxSafeNat()])('there and back', (kind, value) => {
    const id = idOf(kind, value)
    expect(numberOf(kind, id)).toBe(value)
    expect(kindOfId(id)).toBe(kind)
  })
  test('of another kind, or of none', () => {
    expect(numberOf('order', 'trd_1')).toBe(null)
    expect(numberOf('order', 'ordr_')).toBe(null)
    expect(kindOfId('nothing')).toBe(null)
  })
})

describe('money and prices', () => {
  check.prop([fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n })])('there and back', (micro) => {
    expect(moneyOf(moneyText(micro))).toBe(micro)
  })
  check.prop([fc.integer({ min: 1, max: 2 ** 31 }), fc.bigInt({ min: 1n, max: 10n ** 9n })])(
    'a price of whole ticks is those ticks',
    (ticks, tickMicro) => {
      expect(ticksOf(priceText(ticks, tickMicro), tickMicro)).toBe(ticks)
    },
  )
  test.each([
    ['0.1005', null],
    ['0', null],
    ['-0.10', null],
    ['1e3', null],
    ['0.0000001', null],
    ['99999999999', null],
    ['0.10', 100],
  ])('%s in ticks of 0.001 is %s', (text, ticks) => {
    expect(ticksOf(text, 1_000n)).toBe(ticks)
  })
  test('an average is exact to the micro-unit, and nothing without fills', () => {
    expect(averagePriceText(100 * 2 + 101, 3, 1_000n)).toBe('0.100333')
    expect(averagePriceText(0, 0, 1_000n)).toBe(null)
  })
  test('TRD-004: a band goes inwards to whole ticks', () => {
    expect(priceBand({ referenceTicks: 1_235, bandPpm: 80_000 })).toEqual({
      low: 1_137,
      high: 1_333,
    })
    expect(priceBand({ referenceTicks: 100, bandPpm: 0 })).toBe(null)
    expect(priceBand({ referenceTicks: 100, bandPpm: 2_000_000 })).toEqual({ low: 0, high: 300 })
  })
})

describe('a kept log', () => {
  const piece = fc.record({
    stream: fc.constantFrom('stdout' as const, 'stderr' as const),
    bytes: fc.uint8Array({ maxLength: 40 }),
  })
  check.prop([fc.array(piece, { maxLength: 8 }), fc.integer({ min: 1, max: 50 })])(
    'comes apart as it was put together, however it is cut',
    async (pieces, size) => {
      const whole = Buffer.concat(pieces.map(packLogPiece))
      async function* chunks() {
        for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size)
      }
      const back = []
      for await (const one of unpackLog(chunks())) back.push(one)
      expect(back.map((one) => [one.stream, [...one.bytes]])).toEqual(
        pieces.map((one) => [one.stream, [...one.bytes]]),
      )
    },
  )
  test('bytes that are no log are refused', async () => {
    async function* chunks() {
      yield new Uint8Array(8).fill(9)
    }
    const read = async () => {
      for await (const one of unpackLog(chunks())) expect(one).toBe(null)
    }
    await expect(read()).rejects.toThrow(RangeError)
  })
})

describe('the table of endpoints', () => {
  const all = Object.entries(ENDPOINTS) as [string, Endpoint][]
  test('no two share method and path', () => {
    const lines = all.map(([, one]) => `${one.method} ${one.path}`)
    expect(new Set(lines).size).toBe(lines.length)
  })
  test('every write outside sign-in and quotes needs a key, and every body is closed', () => {
    for (const [name, one] of all) {
      const isOpen = one.method === 'GET' || name === 'createSession' || name === 'createQuote'
      expect([name, one.access !== 'public' || isOpen]).toEqual([name, true])
      if (one.body === null || typeof one.body === 'string') continue
      expect([name, Value.Check(one.body, { no_such_field: 1 })]).toEqual([name, false])
    }
  })
})
