import { checksumOf, type Checksum } from './checksum.ts'
import { hexDigit } from './hex.ts'
import { putVarint } from './put.ts'

const initialCapacity = 256

/**
 * Growable byte buffer, little-endian. The methods do not check their arguments: codecs do.
 * One writer may be reused with `reset()`; `finish()` returns a copy, `view()` does not.
 */
export class Writer {
  #bytes: Uint8Array
  #view: DataView
  #length = 0

  constructor(capacity: number = initialCapacity) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  /** The bytes written so far, as a copy. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  /** The bytes written so far without copying: valid until the next call that writes. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Forgets what was written and keeps the memory. */
  reset(): void {
    this.#length = 0
  }

  /** Forgets what was written after the first `length` bytes. */
  cut(length: number): void {
    if (length < this.#length) this.#length = length
  }

  /** Writes over the byte at `at`, which was written before. */
  setU8(at: number, value: number): void {
    this.#bytes[at] = value
  }

  /** Writes over the four bytes at `at`, which were written before. */
  setU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true)
  }

  u8(value: number): void {
    const at = this.#reserve(1)
    this.#bytes[at] = value
  }

  u16(value: number): void {
    const at = this.#reserve(2)
    this.#bytes[at] = value
    this.#bytes[at + 1] = value >>> 8
  }

  u32(value: number): void {
    const at = this.#reserve(4)
    this.#bytes[at] = value
    this.#bytes[at + 1] = value >>> 8
    this.#bytes[at + 2] = value >>> 16
    this.#bytes[at + 3] = value >>> 24
  }

  /** Unsigned 32 bits, highest byte first. */
  bigEndian(value: number): void {
    const at = this.#reserve(4)
    this.#bytes[at] = value >>> 24
    this.#bytes[at + 1] = value >>> 16
    this.#bytes[at + 2] = value >>> 8
    this.#bytes[at + 3] = value
  }

  i64(value: bigint): void {
    const at = this.#reserve(8)
    this.#view.setBigInt64(at, value, true)
  }

  /** LEB128 of an integer 0..2^53-1 in minimal form: 1 to 8 bytes. */
  varint(value: number): void {
    const at = this.#reserve(8)
    this.#length = putVarint(this.#bytes, at, value)
  }

  /**
   * Makes room for `count` bytes and returns where they begin in `target`; `wrote` says where they
   * end. In between nothing else may be written.
   */
  room(count: number): number {
    const at = this.#reserve(count)
    this.#length = at
    return at
  }
  get target(): Uint8Array {
    return this.#bytes
  }
  wrote(until: number): void {
    this.#length = until
  }

  raw(source: Uint8Array): void {
    const at = this.#reserve(source.length)
    this.#bytes.set(source, at)
  }

  /** The bytes `from` to `until` of `source`, without a view of them. */
  part(source: Uint8Array, from: number, until: number): void {
    const at = this.#reserve(until - from)
    const bytes = this.#bytes
    // Short copies are cheaper byte by byte than through the runtime.
    if (until - from > 64) bytes.set(source.subarray(from, until), at)
    else for (let i = from, to = at; i < until; i++, to++) bytes[to] = source[i]!
  }

  /** As `part`, of bytes that have a view: faster from a few dozen bytes on. */
  words(source: DataView, from: number, until: number): void {
    let to = this.#reserve(until - from)
    const view = this.#view
    let at = from
    for (const end = until - 7; at < end; at += 8, to += 8) {
      view.setInt32(to, source.getInt32(at, true), true)
      view.setInt32(to + 4, source.getInt32(at + 4, true), true)
    }
    for (; at < until; at++, to++) view.setUint8(to, source.getUint8(at))
  }

  /** The checksum of the bytes from `from` on that were written so far. */
  checksumFrom(from: number): Checksum {
    return checksumOf(this.#view, from, this.#length)
  }

  /** Lower-case hex digits as bytes; the caller has checked that the length is even. */
  hex(text: string): void {
    const at = this.#reserve(text.length >>> 1)
    for (let i = 0; i < text.length; i += 2) {
      const byte = (hexDigit(text.charCodeAt(i)) << 4) | hexDigit(text.charCodeAt(i + 1))
      this.#bytes[at + (i >>> 1)] = byte
    }
  }

  /** May replace the buffer: call it before naming `#bytes` or `#view` in an expression. */
  #reserve(count: number): number {
    const at = this.#length
    this.#length = at + count
    if (this.#length > this.#bytes.length) this.#grow()
    return at
  }

  #grow(): void {
    const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2))
    grown.set(this.#bytes)
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}
