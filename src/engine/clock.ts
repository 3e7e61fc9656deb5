import { setTimeout, clearTimeout } from 'node:timers'

/** The wall clock and its alarm: the only time that the engine knows. */
export interface Clock {
  /** integer microseconds since 1970 */
  nowUs(): number
  /** microseconds of a clock that never goes back, to share the thread; none: turns have no length */
  paceUs?(): number
  /** Calls `wake` once after about `delayMs`; the result cancels. */
  after(delayMs: number, wake: () => void): () => void
}

const DELAY_MAX_MS = 60_000

/** The machine's clock, to the millisecond. It may jump; the engine does not let time go back. */
export const systemClock: Clock = {
  nowUs: () => Date.now() * 1_000,
  paceUs: () => performance.now() * 1_000,
  after: (delayMs, wake) => {
    // An early wake-up is harmless, a delay beyond the timer's range is not.
    const timer = setTimeout(wake, Math.min(delayMs, DELAY_MAX_MS))
    return () => clearTimeout(timer)
  },
}
