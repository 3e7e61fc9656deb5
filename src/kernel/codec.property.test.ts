import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bool,
  bytes,
  CodecError,
  decode,
  encode,
  equalBytes,
  hex,
  i53,
  i64,
  safe64,
  list,
  MONEY_MAX,
  nullable,
  oneOf,
  Reader,
  skip,
  struct,
  text,
  toHex,
  u16,
  u32,
  u53,
  u8,
  variant,
  Writer,
} from './index.ts'
import type { AnyCodec, Codec, Fields } from './index.ts'
import { cases } from '../../test/support/cases.ts'

// Goal: a canonical encoding. Method: draw a random codec, then a random value of it, or random and
// altered bytes for it.

interface Shape {
  readonly name: string
  readonly codec: AnyCodec
  readonly value: fc.Arbitrary<unknown>
}

const character = fc
  .oneof(fc.nat(0x7f), fc.nat(0x10_ffff))
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))
const hexText = fc.uint8Array({ minLength: 6, maxLength: 6 }).map((value) => toHex(value))

const leafShapes: readonly Shape[] = [
  { name: 'u8', codec: u8, value: fc.integer({ min: 0, max: 0xff }) },
  { name: 'u16', codec: u16, value: fc.integer({ min: 0, max: 0xffff }) },
  { name: 'u32', codec: u32, value: fc.integer({ min: 0, max: 0xffff_ffff }) },
  { name: 'u53', codec: u53, value: fc.maxSafeNat() },
  { name: 'i53', codec: i53, value: fc.maxSafeInteger() },
  { name: 'safe64', codec: safe64, value: fc.maxSafeInteger() },
  { name: 'i64', codec: i64, value: fc.bigInt({ min: -MONEY_MAX, max: MONEY_MAX }) },
  { name: 'bool', codec: bool, value: fc.boolean() },
  { name: 'text', codec: text(400), value: fc.string({ unit: character }) },
  { name: 'bytes', codec: bytes(80), value: fc.uint8Array({ maxLength: 80 }) },
  { name: 'hex', codec: hex(6), value: hexText },
  { name: 'oneOf', codec: oneOf('a', 'b', 'c'), value: fc.constantFrom('a', 'b', 'c') },
]

function loose(codec: AnyCodec): Codec<unknown> {
  return codec as unknown as Codec<unknown>
}

function nullableShape(inner: Shape): Shape {
  return {
    name: `nullable(${inner.name})`,
    codec: nullable(loose(inner.codec)),
    value: fc.option(inner.value, { nil: null }),
  }
}

function listShape(inner: Shape): Shape {
  return {
    name: `list(${inner.name})`,
    codec: list(loose(inner.codec), 6),
    value: fc.array(inner.value, { maxLength: 6 }),
  }
}

const keys = ['a', 'seq', 'priceMicro', 'x_1']

function fieldsOf(parts: readonly Shape[]): Fields {
  return Object.fromEntries(parts.map((part, index) => [keys[index]!, part.codec]))
}

function recordOf(parts: readonly Shape[]): fc.Arbitrary<object> {
  const values = Object.fromEntries(parts.map((part, index) => [keys[index]!, part.value]))
  return fc.record(values, { noNullPrototype: true })
}

function structShape(parts: readonly Shape[]): Shape {
  const name = `struct(${parts.map((part) => part.name).join(' ')})`
  return { name, codec: struct(fieldsOf(parts)), value: recordOf(parts) }
}

function variantShape(one: readonly Shape[], other: readonly Shape[]): Shape {
  const kinds = (kind: string, parts: readonly Shape[]) =>
    recordOf(parts).map((fields) => ({ kind, ...fields }))
  return {
    name: `variant(${structShape(one).name} ${structShape(other).name})`,
    codec: variant({ One: [3, struct(fieldsOf(one))], Other: [700, struct(fieldsOf(other))] }),
    value: fc.oneof(kinds('One', one), kinds('Other', other)),
  }
}

const { shape } = fc.letrec<{ shape: Shape }>((tie) => {
  const parts = fc.array(tie('shape'), { maxLength: keys.length })
  return {
    shape: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(...leafShapes),
      tie('shape')
        .filter((inner) => !inner.name.startsWith('nullable'))
        .map(nullableShape),
      tie('shape').map(listShape),
      parts.map(structShape),
      fc.tuple(parts, parts).map(([one, other]) => variantShape(one, other)),
    ),
  }
})

const sample = shape.chain((drawn) =>
  drawn.value.map((value) => ({ name: drawn.name, codec: loose(drawn.codec), value })),
)

/** What `run` gives, or null when it refuses with a CodecError; other errors fail the test. */
function unlessRefused<T>(run: () => T): { readonly result: T } | null {
  try {
    return { result: run() }
  } catch (error) {
    if (error instanceof CodecError) return null
    throw error
  }
}

/** What is accepted must be the one encoding of the value that came out. */
function isCanonicalOrRefused(codec: Codec<unknown>, input: Uint8Array): boolean {
  const decoded = unlessRefused(() => decode(codec, input))
  return decoded === null || equalBytes(encode(codec, decoded.result), input)
}

test('value -> bytes -> value', () => {
  fc.assert(
    fc.property(sample, ({ codec, value }) => {
      expect(decode(codec, encode(codec, value))).toEqual(value)
    }),
    { numRuns: cases(500) },
  )
})

test('a value that is passed over is left where reading it ends', () => {
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 5 }), (samples) => {
      const writer = new Writer()
      for (const { codec, value } of samples) codec.write(writer, value)
      const reader = new Reader(writer.finish())
      const passing = new Reader(writer.finish())
      for (const { codec } of samples) {
        codec.read(reader)
        skip(codec, passing)
        expect(passing.position).toBe(reader.position)
      }
      expect(() => skip(u8, passing)).toThrow(CodecError)
    }),
    { numRuns: cases(500) },
  )
})

test('no cut or longer encoding is accepted', () => {
  fc.assert(
    fc.property(sample, ({ codec, value }) => {
      const encoded = encode(codec, value)
      expect(() => decode(codec, Uint8Array.from([...encoded, 0]))).toThrow(CodecError)
      for (let length = 0; length < encoded.length; length++) {
        expect(() => decode(codec, encoded.subarray(0, length))).toThrow(CodecError)
      }
    }),
  )
})

test('altered bytes are refused or canonical', () => {
  fc.assert(
    fc.property(
      sample,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      ({ codec, value }, at, mask) => {
        const altered = encode(codec, value)
        if (altered.length > 0) altered[at % altered.length]! ^= mask
        expect(isCanonicalOrRefused(codec, altered)).toBe(true)
      },
    ),
    { numRuns: cases(500) },
  )
})

test('random bytes are refused or canonical', () => {
  fc.assert(
    fc.property(shape, fc.uint8Array({ maxLength: 24 }), (drawn, input) => {
      expect(isCanonicalOrRefused(loose(drawn.codec), input)).toBe(true)
    }),
    { numRuns: cases(1000) },
  )
})

const junk = fc.anything({ withBigInt: true, withTypedArray: true, withSparseArray: true })

test('any value at all is written so that it reads back the same, or refused', () => {
  fc.assert(
    fc.property(shape, junk, (drawn, value) => {
      const codec = loose(drawn.codec)
      const encoded = unlessRefused(() => encode(codec, value))
      if (encoded === null) return
      const again = encode(codec, decode(codec, encoded.result))
      expect(again).toEqual(encoded.result)
    }),
    { numRuns: cases(1000) },
  )
})

test('a writer can be shared and reused; a reader goes through the parts', () => {
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 5 }), (samples) => {
      const writer = new Writer(1)
      writer.raw(Uint8Array.of(1, 2, 3))
      writer.reset()
      for (const { codec, value } of samples) codec.write(writer, value)
      expect(writer.length).toBe(writer.finish().length)
      const reader = new Reader(writer.finish())
      for (const { codec, value } of samples) expect(codec.read(reader)).toEqual(value)
      expect(reader.atEnd).toBe(true)
    }),
  )
})
