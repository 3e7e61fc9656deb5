/** The shape of a handler: one for each endpoint of the table in `wire`, checked by its types. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type {
  BYTES,
  BodyOf,
  Endpoint,
  EndpointName,
  Endpoints,
  ParamNames,
  QueryOf,
  ResponseOf,
} from '../wire/index.ts'
import type { Caller } from './auth/caller.ts'
import type { Language } from './problem.ts'

/** A streamed body. */
export interface ByteBody {
  readonly chunks: AsyncIterable<Uint8Array>
  /** sha256 that the caller says it has (and signed, if it signs); null when it said none */
  readonly digest: string | null
  /** bytes that the caller says it sends; null when it does not say */
  readonly length: number | null
}
/** A streamed answer. */
export interface Bytes {
  readonly type:
    | 'application/octet-stream'
    | 'application/json'
    | 'application/x-tar'
    | 'text/plain; charset=utf-8'
  readonly size: number | null
  readonly chunks: AsyncIterable<Uint8Array>
  /** of an answer that can be asked for in parts; `part` when this is one: `to` is not included */
  readonly ranges?: {
    readonly total: number
    readonly part: { readonly from: number; readonly to: number } | null
  }
}

export interface Incoming<E extends Endpoint> {
  readonly caller: E['access'] extends 'public' ? Caller | null : Caller
  readonly params: { readonly [N in ParamNames<E['path']>]: string }
  readonly query: QueryOf<E>
  readonly body: E['body'] extends typeof BYTES ? ByteBody : BodyOf<E>
  /** from Idempotency-Key, or made for a write without one */
  readonly commandId: string
  readonly language: Language
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}
export type Outgoing<E extends Endpoint> = E['response'] extends typeof BYTES
  ? Bytes
  : ResponseOf<E>

export type Handlers = {
  readonly [N in EndpointName]: (
    incoming: Incoming<Endpoints[N]>,
  ) => Promise<Outgoing<Endpoints[N]>>
}

/** Anything that comes with a caller: what the helpers of writes need. */
export interface WriteContext {
  readonly caller: Caller
  readonly commandId: string
  readonly reply: HeaderSink
}

/** Where the headers of an answer go: a reply of HTTP, or what a socket says instead. */
export interface HeaderSink {
  header(name: string, value: string): unknown
}
