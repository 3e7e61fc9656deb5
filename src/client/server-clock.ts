import type { Fetch } from './options.ts'

/** Less than this is told by nothing: an answer may well be as late. */
const SAME_MS = 1_000

/**
 * The exchange's time, kept as a distance from this machine's own clock, which may be minutes off or
 * be set at any moment. Until it was first read the two are taken for the same.
 */
export class ServerClock {
  readonly #ownMs: () => number
  readonly #ask: () => Promise<number>
  #aheadMs = 0

  /** `ask` answers the exchange's time in milliseconds. */
  constructor(ownMs: () => number, ask: () => Promise<number>) {
    this.#ownMs = ownMs
    this.#ask = ask
  }

  /** Milliseconds since 1970 on the exchange's clock. */
  readonly nowMs = (): number => this.#ownMs() + this.#aheadMs

  /**
   * Asks for the time, good to half of what the answer took. True when our idea of it has changed.
   * Rejects with what the question failed with.
   */
  async read(): Promise<boolean> {
    const askedMs = this.#ownMs()
    const told = await this.#ask()
    const aheadMs = Math.round(told - (askedMs + this.#ownMs()) / 2)
    const changed = Math.abs(aheadMs - this.#aheadMs) >= SAME_MS
    this.#aheadMs = aheadMs
    return changed
  }
}

/** Asks `GET /v1/time` without a key: a signed question would need the answer. */
export function timeOf(fetch: Fetch, baseUrl: string): () => Promise<number> {
  return async () => {
    const response = await fetch(`${baseUrl}/v1/time`, { method: 'GET', headers: {} })
    const { now } = JSON.parse(await response.text()) as { readonly now: string }
    const ms = Date.parse(now)
    if (Number.isNaN(ms)) throw new TypeError(`${baseUrl}/v1/time answered ${response.status}`)
    return ms
  }
}
