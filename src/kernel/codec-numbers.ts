import type { Codec } from './codec.ts'
import { CodecError, wrong } from './codec-error.ts'
import { MONEY_MAX } from './integers.ts'
import { putI64 } from './put.ts'

/** Integer 0..255, one byte. */
export const u8: Codec<number> = {
  width: 1,
  write: (writer, value) => {
    if (typeof value !== 'number' || (value & 0xff) !== value)
      throw wrong('an integer 0..255', value)
    writer.u8(value)
  },
  read: (reader) => reader.u8(),
}

/** Integer 0..65535, two bytes. */
export const u16: Codec<number> = {
  width: 2,
  write: (writer, value) => {
    if (typeof value !== 'number' || (value & 0xffff) !== value) {
      throw wrong('an integer 0..65535', value)
    }
    writer.u16(value)
  },
  read: (reader) => reader.u16(),
}

/** Integer 0..2^32-1, four bytes. */
export const u32: Codec<number> = {
  width: 4,
  write: (writer, value) => {
    if (typeof value !== 'number' || value >>> 0 !== value) {
      throw wrong('an integer 0..4294967295', value)
    }
    writer.u32(value)
  },
  read: (reader) => reader.u32(),
}

/** Integer 0..2^53-1 as a LEB128 varint in minimal form, 1 to 8 bytes. -0 is written as 0. */
export const u53: Codec<number> = {
  write: (writer, value) => {
    if (!Number.isSafeInteger(value) || value < 0) throw wrong('an integer 0..2^53-1', value)
    writer.varint(value)
  },
  read: (reader) => reader.varint(),
}

/** Safe integer of either sign, zigzag LEB128 in minimal form, 1 to 8 bytes. -0 is written as 0. */
export const i53: Codec<number> = {
  write: (writer, value) => {
    if (!Number.isSafeInteger(value)) throw wrong('a safe integer', value)
    // Zigzag doubles the value, which may pass 2^53: the sign and six bits go first on their own.
    const sign = value < 0 ? 1 : 0
    const magnitude = value < 0 ? -1 - value : value
    const first = (magnitude % 64) * 2 + sign
    const rest = Math.floor(magnitude / 64)
    if (rest === 0) return writer.u8(first)
    writer.u8(first | 0x80)
    writer.varint(rest)
  },
  read: (reader) => {
    const first = reader.u8()
    const low = (first & 0x7f) >>> 1
    const rest = first < 0x80 ? 0 : reader.varint()
    if (first >= 0x80 && rest === 0) throw new CodecError('overlong varint')
    const magnitude = rest * 64 + low
    const value = (first & 1) === 1 ? -1 - magnitude : magnitude
    if (!Number.isSafeInteger(magnitude) || !Number.isSafeInteger(value)) {
      throw new CodecError('varint outside the safe integers')
    }
    return value
  },
}

/** Money: bigint with |x| <= 2^62, eight bytes, two's complement. */
export const i64: Codec<bigint> = {
  width: 8,
  write: (writer, value) => {
    if (typeof value !== 'bigint' || value > MONEY_MAX || value < -MONEY_MAX) {
      throw wrong('a bigint within 2^62', value)
    }
    writer.i64(value)
  },
  read: (reader) => {
    const value = reader.i64()
    if (value > MONEY_MAX || value < -MONEY_MAX) throw new CodecError('outside 2^62')
    return value
  },
}

/** A safe integer of either sign in the eight bytes that `i64` has for it. */
export const safe64: Codec<number> = {
  width: 8,
  write: (writer, value) => {
    if (!Number.isSafeInteger(value)) throw wrong('a safe integer', value)
    const at = writer.room(8)
    writer.wrote(putI64(writer.target, at, value))
  },
  read: (reader) => {
    const value = Number(reader.i64())
    if (!Number.isSafeInteger(value)) throw new CodecError('outside the safe integers')
    return value
  },
}

/** true or false, one byte. */
export const bool: Codec<boolean> = {
  width: 1,
  write: (writer, value) => {
    if (typeof value !== 'boolean') throw wrong('a boolean', value)
    writer.u8(value ? 1 : 0)
  },
  read: (reader) => {
    const byte = reader.u8()
    if (byte > 1) throw new CodecError(`boolean byte ${byte}`)
    return byte === 1
  },
}
