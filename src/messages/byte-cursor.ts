import { CodecError } from '../kernel/index.ts'

/**
 * Reads what the codecs wrote, without their objects and their checks of each step: what lies beyond
 * the end reads as zeros, and `isOver` says that it did.
 */
export class ByteCursor {
  bytes: Uint8Array = new Uint8Array(0)
  at = 0
  #until = 0

  start(bytes: Uint8Array, from: number, until: number): void {
    this.bytes = bytes
    this.at = from
    this.#until = until
  }

  /** Was something beyond the end asked for? */
  get isOver(): boolean {
    return this.at > this.#until
  }

  pass(count: number): void {
    this.at += count
  }
  u8(): number {
    return this.bytes[this.at++]! | 0
  }
  u16(): number {
    const { bytes, at } = this
    this.at = at + 2
    return bytes[at]! | (bytes[at + 1]! << 8)
  }
  u32(): number {
    const { bytes, at } = this
    this.at = at + 4
    return (
      (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
    )
  }
  /** LEB128 of 0..2^53-1. */
  varint(): number {
    const first = this.u8()
    if (first < 0x80) return first
    let value = first & 0x7f
    let scale = 128
    for (let byte = 0x80; byte >= 0x80; scale *= 128) {
      byte = this.u8()
      value += (byte & 0x7f) * scale
    }
    return value
  }
  /** The word of a list. Throws CodecError where it has none at that place. */
  word<W extends string>(words: readonly W[]): W {
    const word = words[this.u8()]
    if (word === undefined) throw new CodecError('no such word')
    return word
  }
}
