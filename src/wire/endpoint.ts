/** What one endpoint of the public API is: the table in `endpoints/` is made of these. */
import type { Scope } from '../messages/index.ts'
import type { Static, TSchema } from './schema.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A body that is not JSON: streamed bytes. */
export const BYTES = 'bytes'
export type Content = TSchema | typeof BYTES | null

export interface Endpoint {
  readonly method: Method
  /** with `{name}` where an id stands */
  readonly path: string
  readonly tag: string
  readonly summary: string
  /** public: no key; key: any valid key; otherwise the scope that the key must have */
  readonly access: 'public' | 'key' | Scope
  readonly query: TSchema | null
  readonly body: Content
  readonly response: Content
}

interface Parts<Q, B, R> {
  readonly access: Endpoint['access']
  readonly summary: string
  readonly query?: Q
  readonly body?: B
  readonly response: R
}

/** Defines an endpoint of a tag: `define('GET /v1/time', {...})`. */
export function endpoints(tag: string) {
  return <
    const M extends Method,
    const P extends string,
    Q extends TSchema | null = null,
    B extends Content = null,
    R extends Content = null,
  >(
    line: `${M} ${P}`,
    parts: Parts<Q, B, R>,
  ) => {
    const [method, path] = line.split(' ') as [M, P]
    return {
      method,
      path,
      tag,
      summary: parts.summary,
      access: parts.access,
      query: (parts.query ?? null) as Q,
      body: (parts.body ?? null) as B,
      response: parts.response,
    }
  }
}

/** Names in braces of a path: `'order_id'` of `/v1/orders/{order_id}`. */
export type ParamNames<P extends string> = P extends `${string}{${infer N}}${infer Rest}`
  ? N | ParamNames<Rest>
  : never

type StaticOf<C> = C extends TSchema ? Static<C> : C extends typeof BYTES ? Uint8Array : undefined
export type QueryOf<E extends Endpoint> = StaticOf<E['query']>
export type BodyOf<E extends Endpoint> = StaticOf<E['body']>
export type ResponseOf<E extends Endpoint> = StaticOf<E['response']>
