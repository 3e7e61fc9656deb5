import { Prng } from '../../src/kernel/index.ts'

/** Everything that a simulation leaves to chance, from one seed. */
export class Draw {
  readonly #prng: Prng

  constructor(seed: number) {
    this.#prng = new Prng(seed)
  }

  /** An integer 0 … n − 1. */
  below(n: number): number {
    return this.#prng.below(n)
  }
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.#prng.below(high - low + 1)
  }
  /** True `perMille` times in 1,000. */
  chance(perMille: number): boolean {
    return this.#prng.below(1_000) < perMille
  }
  pick<T>(from: readonly T[]): T {
    const found = from[this.#prng.below(from.length)]
    if (found === undefined) throw new Error('nothing to pick from')
    return found
  }
  /** One of the values, each as often as its weight says. */
  weighted<T>(from: readonly (readonly [number, T])[]): T {
    let at = this.#prng.below(from.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, value] of from) if ((at -= weight) < 0) return value
    throw new Error('the weights have a sum')
  }
  /** A whole number of about `mean`, most often less, sometimes many times as much. */
  about(mean: number): number {
    const uniform = (this.#prng.next() + 1) / 4_294_967_297
    return Math.ceil(-mean * Math.log(uniform))
  }
  /** Its own sequence, so that one part's draws do not move those of another. */
  branch(): Draw {
    return new Draw(this.#prng.next())
  }
}
