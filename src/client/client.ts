import { ENDPOINTS, type EndpointName, type Endpoints } from '../wire/index.ts'
import { call, type AnyArgs, type CallArgs, type CallResult } from './call.ts'
import { SuanError } from './error.ts'
import { withDefaults, type ClientOptions } from './options.ts'
import { openStream, type Stream, type StreamOptions } from './stream.ts'

type Method<E extends Endpoints[EndpointName]> =
  Partial<CallArgs<E>> extends CallArgs<E>
    ? (args?: CallArgs<E>) => Promise<CallResult<E>>
    : (args: CallArgs<E>) => Promise<CallResult<E>>

/**
 * One method for every endpoint of the table in `wire`, named as there:
 * `client.placeOrder({ body: { symbol, side: 'buy', units: 1, price: '0.50' } })`,
 * `client.getOrder({ params: { order_id }, query: { min_seq } })`. Errors: SuanError.
 */
export type Client = { readonly [N in EndpointName]: Method<Endpoints[N]> } & {
  /** Opens the WebSocket: see Stream. */
  readonly openStream: (options?: StreamOptions) => Stream
  /** Milliseconds since 1970 on the exchange's clock, as far as it was read. */
  readonly nowMs: () => number
  /** Reads the exchange's clock. Rejects with SuanError UNREACHABLE. */
  readonly readClock: () => Promise<void>
}

/** A client of the public API. Opens no connection by itself. */
export function createClient(options: ClientOptions): Client {
  const around = withDefaults(options)
  const methods = Object.entries(ENDPOINTS).map(([name, endpoint]) => [
    name,
    (args: AnyArgs = {}) => call(around, endpoint, args),
  ])
  return {
    ...Object.fromEntries(methods),
    openStream: (streamOptions: StreamOptions = {}) => openStream(around, streamOptions),
    nowMs: around.nowMs,
    readClock: async () => {
      try {
        await around.clock.read()
      } catch (cause) {
        const message = `no time from ${around.baseUrl}`
        throw new SuanError({ code: 'UNREACHABLE', message, status: 0, cause })
      }
    },
  } as Client
}
