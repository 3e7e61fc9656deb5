import type { SeriesStep } from '../messages/index.ts'
import { SCALES } from './metrics.ts'
import { Roll } from './roll.ts'

/** How many intervals of each length are kept: ten minutes, twelve hours, a month. */
export const KEPT = { 1: 600, 60: 720, 3_600: 744 } as const

export interface Points {
  readonly mean: Float32Array
  /** the highest second in the interval; with steps of a second the same as `mean` */
  readonly highest: Float32Array
}

/** The series of one subject: 3,528 numbers of 16 bits a metric, whatever happens. */
export class Series {
  readonly #width: number
  readonly #codes: Uint16Array
  readonly #minutes: Roll
  readonly #hours: Roll
  #last = 0

  /** `width`: the metrics that it has, the first so many of MONITOR_METRICS. */
  constructor(width: number) {
    this.#width = width
    this.#codes = new Uint16Array(KEPT[1] * width)
    this.#minutes = new Roll(60, KEPT[60], width)
    this.#hours = new Roll(3_600, KEPT[3_600], width)
  }

  /** The newest second that was written, 0 before the first. */
  get last(): number {
    return this.#last
  }

  /** Writes the values of a second; false, and nothing is written, unless it is after the last one. */
  write(second: number, values: ArrayLike<number>): boolean {
    if (second <= this.#last) return false
    const gap = Math.min(second - this.#last - 1, KEPT[1])
    for (let n = 1; n <= gap; n++) {
      const from = ((second - n) % KEPT[1]) * this.#width
      this.#codes.fill(0, from, from + this.#width)
    }
    const from = (second % KEPT[1]) * this.#width
    for (let at = 0; at < this.#width; at++) this.#codes[from + at] = SCALES[at]!.code(values[at]!)
    this.#minutes.add(second, values)
    this.#hours.add(second, values)
    this.#last = second
    return true
  }

  /** `count` intervals of `step` seconds from `from` on; NaN where nothing is known. */
  read(metric: number, from: number, step: SeriesStep, count: number): Points {
    const mean = new Float32Array(count).fill(Number.NaN)
    const highest = new Float32Array(count).fill(Number.NaN)
    if (metric >= this.#width) return { mean, highest }
    for (let n = 0; n < count; n++) {
      const second = from + n * step
      if (step === 1) mean[n] = highest[n] = this.#at(second, metric)
      else {
        const roll = step === 60 ? this.#minutes : this.#hours
        mean[n] = roll.at(second, metric, 'mean')
        highest[n] = roll.at(second, metric, 'highest')
      }
    }
    return { mean, highest }
  }

  #at(second: number, metric: number): number {
    if (second > this.#last || second <= this.#last - KEPT[1]) return Number.NaN
    return SCALES[metric]!.value(this.#codes[(second % KEPT[1]) * this.#width + metric]!)
  }
}
