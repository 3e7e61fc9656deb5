import { CodecError } from './codec-error.ts'

/** Cursor over bytes, little-endian. Every method throws CodecError when the bytes end too soon. */
export class Reader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** bytes before the next one to be read */
  get position(): number {
    return this.#at
  }

  /** Goes on at a position that was within the bytes. */
  seek(position: number): void {
    this.#at = position
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** Bytes not read yet. */
  get remaining(): number {
    return this.#bytes.length - this.#at
  }

  /** Goes on after `length` bytes. */
  pass(length: number): void {
    this.#advance(length)
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#advance(8), true)
  }

  /** LEB128 integer 0..2^53-1; overlong forms and larger values are refused. */
  varint(): number {
    let value = 0
    let scale = 1
    for (let index = 0; index < 8; index++) {
      const byte = this.u8()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (byte === 0 && index > 0) throw new CodecError('overlong varint')
        if (!Number.isSafeInteger(value)) throw new CodecError('varint above 2^53-1')
        return value
      }
      scale *= 128
    }
    throw new CodecError('varint of more than 8 bytes')
  }

  /** A copy of the next `length` bytes. */
  raw(length: number): Uint8Array {
    const copy = new Uint8Array(length <= this.remaining ? length : 0)
    copy.set(this.view(length))
    return copy
  }

  /** The next `length` bytes without copying: valid as long as the source is not changed. */
  view(length: number): Uint8Array {
    const at = this.#advance(length)
    return this.#bytes.subarray(at, at + length)
  }

  #advance(count: number): number {
    const at = this.#at
    if (at + count > this.#bytes.length) throw new CodecError('unexpected end of bytes')
    this.#at = at + count
    return at
  }
}
