import { SAMPLE_METRICS } from '../messages/index.ts'

const SAMPLES = SAMPLE_METRICS.length
/** words of a record: row, the node's own second, the second of arrival, values */
const WORDS = 3 + SAMPLES
const FIRST = 64

/** Samples that came since the last hand-over, one record of fixed width after the other. */
export class SampleBatch {
  #words = new Uint32Array(FIRST * WORDS)
  #values = new Float32Array(this.#words.buffer)
  #count = 0

  /** `values` may be fewer than there are metrics: the others are not measured. */
  add(row: number, atSecond: number, nowSecond: number, values: ArrayLike<number>): void {
    if ((this.#count + 1) * WORDS > this.#words.length) this.#grow()
    const at = this.#count++ * WORDS
    this.#words[at] = row
    this.#words[at + 1] = atSecond
    this.#words[at + 2] = nowSecond
    for (let n = 0; n < SAMPLES; n++) this.#values[at + 3 + n] = values[n] ?? Number.NaN
  }

  /** Everything so far, in a buffer that may be given away; begins anew. */
  take(): { readonly count: number; readonly buffer: ArrayBuffer } {
    const [count, { buffer }] = [this.#count, this.#words]
    this.#words = new Uint32Array(Math.max(FIRST, count) * WORDS)
    this.#values = new Float32Array(this.#words.buffer)
    this.#count = 0
    return { count, buffer }
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2)
    words.set(this.#words)
    this.#words = words
    this.#values = new Float32Array(words.buffer)
  }
}

/** Calls `each` for every record; `samples` holds its values from `from` on. */
export function eachSample(
  { count, buffer }: { readonly count: number; readonly buffer: ArrayBuffer },
  each: (row: number, at: number, now: number, samples: Float32Array, from: number) => void,
): void {
  const words = new Uint32Array(buffer)
  const values = new Float32Array(buffer)
  for (let at = 0; at < count * WORDS; at += WORDS) {
    each(words[at]!, words[at + 1]!, words[at + 2]!, values, at + 3)
  }
}
