import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  base64urlDecode,
  base64urlEncode,
  CodecError,
  concatBytes,
  equalBytes,
  fromHex,
  sha256,
  sha256Hex,
  toHex,
  utf8Decode,
  utf8Encode,
} from './index.ts'

// Goal: the same bytes and texts as the platform's own functions. Method: compare with them.

const anyBytes = fc.uint8Array({ maxLength: 200 })

test('SHA-256 is that of the platform', () => {
  fc.assert(
    fc.property(anyBytes, (value) => {
      expect(sha256Hex(value)).toBe(createHash('sha256').update(value).digest('hex'))
      expect(toHex(sha256(value))).toBe(sha256Hex(value))
    }),
  )
})

test('hex and base64url are those of the platform, and invert', () => {
  fc.assert(
    fc.property(anyBytes, (value) => {
      expect(toHex(value)).toBe(Buffer.from(value).toString('hex'))
      expect(fromHex(toHex(value))).toEqual(value)
      expect(base64urlEncode(value)).toBe(Buffer.from(value).toString('base64url'))
      expect(base64urlDecode(base64urlEncode(value))).toEqual(value)
    }),
  )
})

test('only canonical hex and base64url are read', () => {
  for (const text of ['0', 'AB', '0g', ' 00', '0x00']) {
    expect(() => fromHex(text)).toThrow(CodecError)
  }
  for (const text of ['A', 'AB', 'AAB', 'AA==', 'A+AA', 'A/AA', 'AA A', 'AAAAA', 'A\u{1f600}A']) {
    expect(() => base64urlDecode(text)).toThrow(CodecError)
  }
})

const unitText = fc.string({ unit: fc.constantFrom(...Array.from('AQgwB-_=/+ 算')), maxLength: 9 })

function decodedOrNull(text: string): Uint8Array | null {
  try {
    return base64urlDecode(text)
  } catch (error) {
    if (error instanceof CodecError) return null
    throw error
  }
}

test('base64url text is refused or the one text of its bytes', () => {
  fc.assert(
    fc.property(unitText, (text) => {
      const value = decodedOrNull(text)
      expect(value === null || base64urlEncode(value) === text).toBe(true)
    }),
  )
})

const character = fc
  .oneof(fc.nat(0x7f), fc.nat(0x10_ffff))
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code))

test('UTF-8 is that of the platform', () => {
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 100 }), (text) => {
      expect(utf8Encode(text)).toEqual(new Uint8Array(Buffer.from(text, 'utf8')))
      expect(utf8Decode(utf8Encode(text))).toBe(text)
    }),
  )
})

test('UTF-8 keeps a byte order mark and refuses what cannot be written back', () => {
  expect(utf8Decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
  expect(() => utf8Encode('a\udc00')).toThrow(CodecError)
  expect(() => utf8Decode(Uint8Array.of(0xff))).toThrow(CodecError)
  expect(() => utf8Decode(Uint8Array.of(0xc0, 0x80))).toThrow(CodecError)
})

test('concatBytes', () => {
  fc.assert(
    fc.property(fc.array(anyBytes, { maxLength: 4 }), (parts) => {
      expect(concatBytes(...parts)).toEqual(Uint8Array.from(parts.flatMap((part) => [...part])))
    }),
  )
})

test('equalBytes', () => {
  fc.assert(
    fc.property(anyBytes, anyBytes, (a, b) => {
      expect(equalBytes(a, b)).toBe(toHex(a) === toHex(b))
      expect(equalBytes(a, a.slice())).toBe(true)
      const last = a.length - 1
      const altered = a.map((byte, index) => (index === last ? byte ^ 1 : byte))
      expect(equalBytes(a, altered)).toBe(a.length === 0)
    }),
  )
})
