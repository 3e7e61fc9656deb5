/**
 * A cursor over canonical bytes for the commands that are many: it makes no object and throws
 * nothing. What is not there, or not canonical, leaves `ok` false, and then the codecs have the word.
 */
export class Cursor {
  ok = true
  #bytes: Uint8Array = new Uint8Array(0)
  #at = 0
  #until = 0

  start(bytes: Uint8Array, from: number, until: number): void {
    this.#bytes = bytes
    this.#at = from
    this.#until = until
    this.ok = true
  }
  get atEnd(): boolean {
    return this.#at === this.#until
  }
  u8(): number {
    const at = this.#advance(1)
    return at < 0 ? 0 : this.#bytes[at]!
  }
  u16(): number {
    const at = this.#advance(2)
    return at < 0 ? 0 : this.#bytes[at]! | (this.#bytes[at + 1]! << 8)
  }
  u32(): number {
    const at = this.#advance(4)
    if (at < 0) return 0
    const b = this.#bytes
    return (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0
  }
  /** A LEB128 integer in minimal form, as `u53` has it. */
  varint(): number {
    const bytes = this.#bytes
    let value = 0
    let scale = 1
    for (let index = 0; index < 8; index++) {
      const at = this.#advance(1)
      if (at < 0) return 0
      const byte = bytes[at]!
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if ((byte === 0 && index > 0) || value > Number.MAX_SAFE_INTEGER) this.ok = false
        return value
      }
      scale *= 128
    }
    this.ok = false
    return 0
  }
  bool(): boolean {
    const byte = this.u8()
    if (byte > 1) this.ok = false
    return byte === 1
  }
  /** One of so many words. */
  word<W extends string>(words: readonly W[]): W {
    const index = this.u8()
    if (index >= words.length) this.ok = false
    return words[index] ?? words[0]!
  }
  u32OrNull(): number | null {
    return this.bool() ? this.u32() : null
  }
  u53OrNull(): number | null {
    return this.bool() ? this.varint() : null
  }
  /** Null, or an ASCII text of at most `max` bytes; other texts are left to the codecs. */
  asciiOrNull(max: number): string | null {
    if (!this.bool()) return null
    const length = this.varint()
    if (length > max) this.ok = false
    const at = this.ok ? this.#advance(length) : -1
    if (at < 0) return null
    let text = ''
    for (let i = at; i < at + length; i++) {
      const code = this.#bytes[i]!
      if (code > 0x7f) this.ok = false
      text += String.fromCharCode(code)
    }
    return text
  }
  /** For what the cursor does not read: only its absence is understood. */
  absent(): null {
    if (this.u8() !== 0) this.ok = false
    return null
  }

  #advance(count: number): number {
    const at = this.#at
    if (at + count > this.#until) {
      this.ok = false
      return -1
    }
    this.#at = at + count
    return at
  }
}
