/** How the read models give way to trading: all that they have not taken is in the event log. */
import { performance } from 'node:perf_hooks'

/** share of the trading thread's time in use from which on they rest between batches */
const BUSY_FROM = 0.5
/** of a thread that has no time left: so many times as long as the batch took */
const REST_MOST = 3
const REST_MOST_MS = 2_000

/** Share of its time, 0 to 1, that the trading thread worked since it was asked last. */
export type Busy = () => number

/** Of the thread that this is called on. */
export function loopBusy(): Busy {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  }
}

/**
 * Milliseconds to rest after a batch that took so many. Niceness alone is not enough: their rows go
 * through the same caches, and what V8 does for their thread (collecting garbage, compiling) is done by
 * threads that are not nice.
 */
export function restMs(tookMs: number, busy: number): number {
  const share = Math.max(0, busy - BUSY_FROM) / (1 - BUSY_FROM)
  return Math.min(REST_MOST_MS, tookMs * REST_MOST * share)
}
