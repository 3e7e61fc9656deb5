/**
 * Malformed bytes, malformed text or a value that its codec cannot express.
 * `path` names the faulty field from the root, like `command.fills[3].units`; '' is the root.
 */
export class CodecError extends Error {
  override readonly name = 'CodecError'
  readonly reason: string
  #path = ''

  constructor(reason: string) {
    super(reason)
    this.reason = reason
  }

  get path(): string {
    return this.#path
  }

  /** Puts `segment` (`units` or `[3]`) before the path. Called while the error travels up. */
  under(segment: string): this {
    const glue = this.#path === '' || this.#path.startsWith('[') ? '' : '.'
    this.#path = segment + glue + this.#path
    this.message = `${this.#path}: ${this.reason}`
    return this
  }
}

/** Adds a path segment when `error` is a CodecError and passes every other error through. */
export function errorUnder(segment: string, error: unknown): unknown {
  return error instanceof CodecError ? error.under(segment) : error
}

/** The error for a value of the wrong type or range. */
export function wrong(expected: string, value: unknown): CodecError {
  const isScalar = typeof value === 'number' || typeof value === 'bigint' || value === null
  return new CodecError(`expected ${expected}, got ${isScalar ? String(value) : typeof value}`)
}
