import type { Surroundings } from './options.ts'

/**
 * Whether a refused log-on of a socket may come from a clock that is off. It is read before the
 * connection is made anew; where it was right the refusal stands.
 */
export class ClockDoubt {
  readonly #around: Surroundings
  #suspect = false
  #isRight = false

  constructor(around: Surroundings) {
    this.#around = around
  }

  /** The log-on was refused and the clock was not read since. */
  get suspect(): boolean {
    return this.#suspect
  }

  accepted(): void {
    this.#isRight = false
  }

  refused(): void {
    this.#suspect = !this.#isRight
  }

  /** Reads the clock if it is in doubt. Without an answer the doubt goes on. */
  async settle(): Promise<void> {
    if (!this.#suspect) return
    this.#suspect = false
    try {
      this.#isRight = !(await this.#around.clock.read())
    } catch {
      // No answer: there is no connection to be had either.
    }
  }
}
