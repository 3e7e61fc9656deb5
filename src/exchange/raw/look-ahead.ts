/**
 * A look at the commands that come next. Nearly all that a command touches first is far from the
 * processor: its id's place in the index, the order that it cancels, the oldest of the closed orders. One
 * after the other each waits for memory, a third of a command's time. Here a few dozen are read at once
 * and thrown away: the waits overlap, and the commands find what they need nearby. It changes nothing.
 */
import { IDENTITY_BYTES } from '../../messages/index.ts'
import type { AllDesks } from '../build.ts'
import { codeOf } from '../command-ids.ts'
import { CANCEL } from './command-bytes.ts'
import { Cursor } from './cursor.ts'

/** so many at once: more than a processor fetches side by side, fewer than its caches hold */
const WINDOW = 64

export class LookAhead {
  readonly #cursor = new Cursor()
  readonly #codes = new Int32Array(WINDOW)
  readonly #orders = new Float64Array(WINDOW)
  readonly #handles = new Int32Array(WINDOW)
  #commands = 0
  #cancels = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #view = new DataView(this.#bytes.buffer)
  /** of what was read: a sum that is kept, so that V8 does not leave the reading out */
  seen = 0

  /** Notes the command of the envelope that lies from `from` to `until`; the rest are left out. */
  expect(bytes: Uint8Array, from: number, until: number): void {
    if (this.#commands === WINDOW) return
    if (this.#bytes !== bytes) {
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    }
    const at = from + IDENTITY_BYTES + 2
    if (at > until) return
    const view = this.#view
    this.#codes[this.#commands++] = codeOf(
      view.getInt32(from, true),
      view.getInt32(from + 8),
      view.getInt32(from + 12),
      view.getInt32(from + 16),
      view.getInt32(from + 20),
    )
    if (view.getUint16(at - 2, true) !== CANCEL) return
    this.#cursor.start(bytes, at, until)
    this.#orders[this.#cancels++] = this.#cursor.varint()
  }

  /** Reads what was noted: each kind of memory in a short loop of its own, so that many wait together. */
  gather({ idempotency, trading }: AllDesks): void {
    const { market } = trading
    const { orders } = market
    const count = orders.openOf(this.#orders, this.#cancels, this.#handles)
    this.seen ^=
      idempotency.touch(this.#codes, this.#commands) ^
      market.touch(this.#handles, count) ^
      orders.touchOldest(this.#commands)
    this.#commands = 0
    this.#cancels = 0
  }
}
