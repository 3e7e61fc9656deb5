/** What an Ed25519 key signs over a request (spec/storage-and-chain.md section 7). */
import { utf8Encode } from '../kernel/index.ts'

export const HEADER = {
  /** public key, hex */
  key: 'x-suan-key',
  /** microseconds since 1970, decimal digits; each request of a key must have a new one */
  timestamp: 'x-suan-timestamp',
  /** hex */
  signature: 'x-suan-signature',
  /** sha256 of the body, hex; needed for streamed bodies, checked against what arrived */
  bodyDigest: 'x-suan-body-digest',
  idempotencyKey: 'idempotency-key',
  replayed: 'idempotency-replayed',
  requestId: 'x-request-id',
  csrf: 'x-suan-csrf',
  /** which of several sessions of a browser is meant, by its account */
  account: 'x-suan-account',
} as const

export const WS_PATH = '/v1/ws'
/** How far a signed request's time may be from the server's. */
export const SIGNATURE_WINDOW_US = 5_000_000

/** `timestamp LF method LF path+query LF sha256(body)` as bytes. */
export function signingBytes(parts: {
  readonly timestamp: string
  readonly method: string
  /** path and query exactly as sent */
  readonly target: string
  readonly bodyDigest: string
}): Uint8Array {
  return utf8Encode(`${parts.timestamp}\n${parts.method}\n${parts.target}\n${parts.bodyDigest}`)
}
