import { assert } from './assert.ts'
import type { Codec } from './codec.ts'
import { CodecError, wrong } from './codec-error.ts'
import { toHex } from './hex.ts'
import { utf8Decode, utf8Encode } from './utf8.ts'

/** UTF-8 text of at most `maxBytes` bytes, a varint length before it. Lone surrogates are refused. */
export function text(maxBytes: number): Codec<string> {
  assert(Number.isSafeInteger(maxBytes) && maxBytes >= 0, 'text: maxBytes')
  return {
    write: (writer, value) => {
      if (typeof value !== 'string') throw wrong('text', value)
      if (isAscii(value)) {
        if (value.length > maxBytes) throw tooLong(value.length, maxBytes)
        writer.varint(value.length)
        for (let i = 0; i < value.length; i++) writer.u8(value.charCodeAt(i))
        return
      }
      const encoded = utf8Encode(value)
      if (encoded.length > maxBytes) throw tooLong(encoded.length, maxBytes)
      writer.varint(encoded.length)
      writer.raw(encoded)
    },
    read: (reader) => utf8Decode(reader.view(checkedLength(reader.varint(), maxBytes))),
    skip: (reader) => reader.pass(reader.varint()),
  }
}

/** At most `maxLength` bytes, a varint length before them. Reading returns a copy. */
export function bytes(maxLength: number): Codec<Uint8Array> {
  assert(Number.isSafeInteger(maxLength) && maxLength >= 0, 'bytes: maxLength')
  return {
    write: (writer, value) => {
      if (!(value instanceof Uint8Array)) throw wrong('bytes', value)
      writer.varint(checkedLength(value.length, maxLength))
      writer.raw(value)
    },
    read: (reader) => reader.raw(checkedLength(reader.varint(), maxLength)),
    skip: (reader) => reader.pass(reader.varint()),
  }
}

/** Lower-case hex text of exactly `byteLength` bytes, stored as those bytes without a length. */
export function hex(byteLength: number): Codec<string> {
  assert(Number.isSafeInteger(byteLength) && byteLength > 0, 'hex: byteLength')
  return {
    width: byteLength,
    write: (writer, value) => {
      if (typeof value !== 'string') throw wrong('hex text', value)
      if (value.length !== byteLength * 2) {
        throw new CodecError(`expected ${byteLength * 2} hex digits, got ${value.length}`)
      }
      writer.hex(value)
    },
    read: (reader) => toHex(reader.view(byteLength)),
  }
}

/** A 128-bit id as 32 lower-case hex digits, sixteen bytes. */
export const u128hex: Codec<string> = hex(16)

function checkedLength(length: number, max: number): number {
  if (length > max) throw tooLong(length, max)
  return length
}

function tooLong(length: number, max: number): CodecError {
  return new CodecError(`${length} bytes, at most ${max} allowed`)
}

function isAscii(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 0x7f) return false
  return true
}
