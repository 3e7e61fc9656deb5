import type { DurationCounts } from '../messages/index.ts'

/** How long something takes, counted in buckets that double: each is cheap and none is kept. */
export class Durations {
  readonly #bounds: readonly number[]
  readonly #counts: Float64Array
  #sumSeconds = 0

  /** The first bucket ends at `fromSeconds`, each next one at twice the one before. */
  constructor(fromSeconds: number, buckets: number) {
    this.#bounds = Array.from({ length: buckets }, (_, at) => fromSeconds * 2 ** at)
    this.#counts = new Float64Array(buckets + 1)
  }

  /** `times` took `seconds` each. */
  add(seconds: number, times = 1): void {
    const found = this.#bounds.findIndex((bound) => seconds <= bound)
    this.#counts[found < 0 ? this.#bounds.length : found]! += times
    this.#sumSeconds += seconds * times
  }

  counts(): DurationCounts {
    return {
      bounds: this.#bounds,
      counts: [...this.#counts],
      sumSeconds: this.#sumSeconds,
    }
  }
}
