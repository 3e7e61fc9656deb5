import { SCALES } from './metrics.ts'

/**
 * Means and highest values of intervals of one length: the newest `slots` that have ended, and the
 * one that is open. Values of one subject, `width` of them; memory never grows.
 */
export class Roll {
  readonly #seconds: number
  readonly #slots: number
  readonly #width: number
  readonly #means: Uint16Array
  readonly #highest: Uint16Array
  readonly #sum: Float64Array
  readonly #count: Uint32Array
  readonly #top: Float64Array
  #open = 0

  constructor(seconds: number, slots: number, width: number) {
    this.#seconds = seconds
    this.#slots = slots
    this.#width = width
    this.#means = new Uint16Array(slots * width)
    this.#highest = new Uint16Array(slots * width)
    this.#sum = new Float64Array(width)
    this.#count = new Uint32Array(width)
    this.#top = new Float64Array(width)
  }

  /** Values of a second, never earlier than those before; NaN is not measured. */
  add(second: number, values: ArrayLike<number>): void {
    const interval = Math.floor(second / this.#seconds)
    if (interval !== this.#open) this.#close(interval)
    for (let at = 0; at < this.#width; at++) {
      const value = values[at]!
      if (Number.isNaN(value)) continue
      if (this.#count[at] === 0 || value > this.#top[at]!) this.#top[at] = value
      this.#sum[at]! += value
      this.#count[at]!++
    }
  }

  /** The mean (or the highest value) of a metric in the interval that begins at `second`, or NaN. */
  at(second: number, metric: number, what: 'mean' | 'highest'): number {
    const interval = Math.floor(second / this.#seconds)
    if (interval === this.#open) {
      const count = this.#count[metric]!
      if (count === 0) return Number.NaN
      return what === 'mean' ? this.#sum[metric]! / count : this.#top[metric]!
    }
    if (interval > this.#open || interval < this.#open - this.#slots) return Number.NaN
    const codes = what === 'mean' ? this.#means : this.#highest
    return SCALES[metric]!.value(codes[(interval % this.#slots) * this.#width + metric]!)
  }

  #close(next: number): void {
    const from = (this.#open % this.#slots) * this.#width
    for (let at = 0; at < this.#width; at++) {
      const count = this.#count[at]!
      const { code } = SCALES[at]!
      this.#means[from + at] = count === 0 ? 0 : code(this.#sum[at]! / count)
      this.#highest[from + at] = count === 0 ? 0 : code(this.#top[at]!)
    }
    // Intervals without any value.
    const gap = Math.min(next - this.#open - 1, this.#slots)
    for (let n = 1; n <= gap; n++) this.#forget((next - n) % this.#slots)
    this.#open = next
    this.#sum.fill(0)
    this.#count.fill(0)
  }

  #forget(slot: number): void {
    const from = slot * this.#width
    this.#means.fill(0, from, from + this.#width)
    this.#highest.fill(0, from, from + this.#width)
  }
}
