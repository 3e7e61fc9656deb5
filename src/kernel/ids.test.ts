import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  base62Decode,
  base62Encode,
  commandIdTimeMs,
  formatId,
  newCommandId,
  parseCommandId,
  parseId,
} from './index.ts'

const zeros = new Uint8Array(10)
const ones = new Uint8Array(10).fill(0xff)

test('a command id has the layout of RFC 9562, example A.6 included', () => {
  const id = newCommandId(
    0x017f_22e2_79b0,
    Uint8Array.of(12, 195, 24, 196, 220, 12, 12, 7, 57, 143),
  )
  expect(id).toBe('017f22e279b07cc398c4dc0c0c07398f')
  expect(newCommandId(0, zeros)).toBe('00000000000070008000000000000000')
  expect(newCommandId(2 ** 48 - 1, ones)).toBe('ffffffffffff7fffbfffffffffffffff')
})

test('a command id is read with or without dashes, in either case', () => {
  const id = '017f22e279b07cc398c4dc0c0c07398f'
  expect(parseCommandId('017F22E2-79B0-7CC3-98C4-DC0C0C07398F')).toBe(id)
  expect(parseCommandId(id.toUpperCase())).toBe(id)
  const refused = ['', id.slice(1), `${id}0`, id.replace('f', 'g'), `{${id}}`, ` ${id}`, `${id}\n`]
  for (const text of [...refused, '017f-22e279b0-7cc3-98c4-dc0c0c07398f']) {
    expect(parseCommandId(text)).toBeNull()
  }
})

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const random = fc.uint8Array({ minLength: 10, maxLength: 10 })

test('ids keep their time and sort by it', () => {
  fc.assert(
    fc.property(time, random, time, random, (a, x, b, y) => {
      const [one, other] = [newCommandId(a, x), newCommandId(b, y)]
      expect(commandIdTimeMs(one)).toBe(a)
      expect(parseCommandId(one)).toBe(one)
      expect(a === b || one < other === a < b).toBe(true)
    }),
  )
})

test('misuse of ids is a bug', () => {
  expect(() => newCommandId(-1, zeros)).toThrow('48-bit')
  expect(() => newCommandId(2 ** 48, zeros)).toThrow('48-bit')
  expect(() => newCommandId(0, new Uint8Array(9))).toThrow('ten random bytes')
  expect(() => commandIdTimeMs('no')).toThrow('32 lower-case')
  expect(() => formatId('no_good', 1)).toThrow('prefix')
  expect(() => formatId('ordr', -1)).toThrow('safe integer')
})

test('ids for people', () => {
  expect(formatId('ordr', 0)).toBe('ordr_0')
  expect(formatId('ordr', 61)).toBe('ordr_z')
  expect(formatId('ordr', 62)).toBe('ordr_10')
  expect(formatId('ordr', Number.MAX_SAFE_INTEGER)).toBe('ordr_fFgnDxSe7')
  const refused = [
    '',
    'ordr',
    'ordr_',
    'ordr_01',
    'ordr_-1',
    'ordr_1 ',
    'ORDR_1',
    'trd_1',
    'ordr__1',
  ]
  for (const text of [...refused, 'ordr_fFgnDxSe8', 'ordr_zzzzzzzzz', 'ordr_10000000000']) {
    expect(parseId('ordr', text)).toBeNull()
  }
})

test('base 62 round trip, in the order of numbers', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
      const [one, other] = [base62Encode(a), base62Encode(b)]
      expect(base62Decode(one)).toBe(a)
      expect(parseId('lse', formatId('lse', a))).toBe(a)
      expect(one.length !== other.length || one < other === a < b).toBe(true)
    }),
  )
})

const base62Text = fc.string({ unit: fc.constantFrom(...Array.from('0019AZaz_-')), maxLength: 10 })

test('a text is refused or is the one text of its number', () => {
  fc.assert(
    fc.property(base62Text, (text) => {
      const value = base62Decode(text)
      expect(value === null || base62Encode(value) === text).toBe(true)
    }),
  )
})
