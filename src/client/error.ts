/** What went wrong with a call, by the stable code that the exchange gave. */
import type { Code } from '../messages/index.ts'
import type { Problem } from '../wire/index.ts'

/** Codes that only a client can give: it got no answer, or one it cannot read. */
export type ClientCode = 'UNREACHABLE' | 'UNREADABLE'

/**
 * A refused or failed call. `code` is stable; `message` is in the language asked for. A write whose
 * answer never came has code STATUS_UNKNOWN: send it again with the same `idempotencyKey`.
 */
export class SuanError extends Error {
  override readonly name = 'SuanError'
  readonly code: Code | ClientCode
  /** HTTP status, 0 without an answer */
  readonly status: number
  readonly problem: Problem | null
  readonly retryable: boolean
  readonly idempotencyKey: string | null

  constructor(parts: {
    readonly code: string
    readonly message: string
    readonly status: number
    readonly problem?: Problem | null
    readonly idempotencyKey?: string | null
    readonly cause?: unknown
  }) {
    super(parts.message, parts.cause === undefined ? undefined : { cause: parts.cause })
    this.code = parts.code as Code | ClientCode
    this.status = parts.status
    this.problem = parts.problem ?? null
    this.retryable = parts.problem?.retryable ?? parts.status === 0
    this.idempotencyKey = parts.idempotencyKey ?? null
  }

  /** Facts of the refusal by name; empty without a problem document. */
  get facts(): Readonly<Record<string, string>> {
    return this.problem?.facts ?? {}
  }
}

/** Is this a SuanError with one of these codes? */
export function hasCode(error: unknown, ...codes: readonly (Code | ClientCode)[]): boolean {
  return error instanceof SuanError && codes.includes(error.code)
}
