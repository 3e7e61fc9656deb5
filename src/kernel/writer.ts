import { hexDigit } from './hex.ts'

const initialCapacity = 256

/**
 * Growable byte buffer, little-endian. The methods do not check their arguments: codecs do.
 * One writer may be reused with `reset()`; `finish()` returns a copy.
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

  /** Forgets what was written and keeps the memory. */
  reset(): void {
    this.#length = 0
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

  i64(value: bigint): void {
    const at = this.#reserve(8)
    this.#view.setBigInt64(at, value, true)
  }

  /** LEB128 of an integer 0..2^53-1 in minimal form: 1 to 8 bytes. */
  varint(value: number): void {
    let rest = value
    // Beyond 31 bits the bitwise operators would wrap, so divide until it fits.
    while (rest > 0x7fff_ffff) {
      this.u8((rest % 128) | 0x80)
      rest = Math.floor(rest / 128)
    }
    while (rest > 0x7f) {
      this.u8((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.u8(rest)
  }

  raw(source: Uint8Array): void {
    const at = this.#reserve(source.length)
    this.#bytes.set(source, at)
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
