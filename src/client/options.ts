/** What a client needs from its surroundings; all of it can be replaced in tests. */
import { ServerClock, timeOf } from './server-clock.ts'

/** Signs bytes with the Ed25519 private key of `publicKey`; both as lower-case hex. */
export interface Signer {
  readonly publicKey: string
  sign(bytes: Uint8Array): Promise<string>
}

/** The part of `fetch` that the client uses; the global one fits. */
export type Fetch = (
  url: string,
  init: {
    method: string
    headers: Record<string, string>
    body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
    duplex?: 'half'
    signal?: AbortSignal
    credentials?: 'same-origin'
  },
) => Promise<FetchResponse>
export interface FetchResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: ReadableStream<Uint8Array> | null
  text(): Promise<string>
}

/** The part of `WebSocket` that the client uses; the global one and `ws` fit. */
export interface Socket {
  readonly readyState: number
  /** set to `arraybuffer`: how binary frames are given */
  binaryType: string
  send(data: string | Uint8Array<ArrayBuffer>): void
  /** `compress` is of `ws`; a browser decides itself */
  send(data: Uint8Array<ArrayBuffer>, how: { readonly compress: boolean }): void
  close(code?: number): void
  addEventListener(
    type: 'open' | 'message' | 'close' | 'error',
    listener: (event: object) => void,
  ): void
}

export interface ClientOptions {
  /** `http://127.0.0.1:7826`, or '' for the page's own server */
  readonly baseUrl: string
  /** bearer token */
  readonly token?: string | null
  /** signs every request instead of a token */
  readonly signer?: Signer | null
  /** language of error texts */
  readonly language?: 'en' | 'zh'
  /** which of the browser's sessions speaks, by account id */
  readonly account?: () => string | null
  /** sent with writes of a cookie session */
  readonly csrfToken?: () => string | null
  /** tries after the first one, for lost answers, 429 and 502 to 504; 4 when absent */
  readonly retries?: number
  readonly fetch?: Fetch
  readonly openSocket?: (url: string) => Socket
  /** this machine's own clock */
  readonly nowMs?: () => number
  readonly random?: (bytes: number) => Uint8Array
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** The options as a client works with them; `nowMs` is then the exchange's time. */
export interface Surroundings extends Required<ClientOptions> {
  /** Time of a signed request in microseconds; never twice the same, for each is taken once. */
  readonly nextTimestamp: () => string
  readonly clock: ServerClock
}

/** The options with the platform's own parts where none were given. */
export function withDefaults(options: ClientOptions): Surroundings {
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init))
  const ownMs = options.nowMs ?? (() => Date.now())
  const clock = new ServerClock(ownMs, timeOf(fetch, options.baseUrl))
  return {
    token: null,
    signer: null,
    language: 'en',
    account: () => null,
    csrfToken: () => null,
    retries: 4,
    openSocket: (url) => new globalThis.WebSocket(url),
    random: (bytes) => globalThis.crypto.getRandomValues(new Uint8Array(bytes)),
    sleep: sleepFor,
    ...options,
    fetch,
    clock,
    nowMs: clock.nowMs,
    nextTimestamp: timestamps(clock.nowMs),
  }
}

/**
 * The clock tells milliseconds; what is below them is counted, so that no time comes twice, not even
 * when the clock is set back or read anew.
 */
function timestamps(nowMs: () => number): () => string {
  let count = 0
  return () => String(nowMs() * 1_000 + (count++ % 1_000))
}

function sleepFor(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
