import type { HeaderSink } from './handler.ts'
import { refused } from './problem.ts'
import type { Rate } from './services.ts'

interface Window {
  endsUs: number
  used: number
}
const WINDOWS_KEPT = 100_000

/** Counts requests in fixed windows and says so in headers (draft-ietf-httpapi-ratelimit-headers). */
export class Rates {
  readonly #nowUs: () => number
  readonly #windows = new Map<string, Window>()

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs
  }

  /**
   * Takes `count` requests of `who` from its rate, all or none. Refuses with RATE_LIMITED and
   * Retry-After.
   */
  take(who: string, rate: Rate, reply: HeaderSink, count = 1): void {
    const nowUs = this.#nowUs()
    const window = this.#windowOf(who, rate, nowUs)
    const seconds = Math.max(1, Math.ceil((window.endsUs - nowUs) / 1_000_000))
    const fits = window.used + count <= rate.requests
    if (fits) window.used += count
    const left = rate.requests - window.used
    void reply.header('ratelimit-policy', `"${rate.name}";q=${rate.requests};w=${rate.seconds}`)
    void reply.header('ratelimit', `"${rate.name}";r=${left};t=${seconds}`)
    if (fits) return
    void reply.header('retry-after', String(seconds))
    throw refused('RATE_LIMITED', { limit: rate.requests })
  }

  #windowOf(who: string, rate: Rate, nowUs: number): Window {
    const current = this.#windows.get(who)
    if (current !== undefined && current.endsUs > nowUs) return current
    if (this.#windows.size >= WINDOWS_KEPT) this.#windows.clear()
    const window = { endsUs: nowUs + rate.seconds * 1_000_000, used: 0 }
    this.#windows.set(who, window)
    return window
  }
}
