import type { EngineTimings } from '../messages/index.ts'
import type { Clock } from './clock.ts'
import { Durations } from './durations.ts'
import { paceUs } from './turn.ts'

/** What the loop's work takes, for those who watch it. */
export class Timings {
  readonly #clock: Clock
  /** from a quarter of a microsecond to a second */
  readonly #match = new Durations(0.25e-6, 23)
  /** from 16 us to half a minute */
  readonly #append = new Durations(16e-6, 22)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  counts = (): EngineTimings => ({ match: this.#match.counts(), append: this.#append.counts() })

  nowUs(): number {
    return paceUs(this.#clock)
  }

  /** A turn, shared among the commands it took: to look at the clock for each would cost more. */
  turn(seq: () => number, work: () => void): void {
    const [from, fromUs] = [seq(), this.nowUs()]
    work()
    const count = seq() - from
    if (count > 0) this.#match.add((this.nowUs() - fromUs) / count / 1e6, count)
  }

  /** A batch is on disk whose append began then. */
  appended(fromUs: number): void {
    this.#append.add((this.nowUs() - fromUs) / 1e6)
  }
}
