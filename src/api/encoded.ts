import { CodecError, encode, type Codec } from '../kernel/index.ts'
import { refused } from './problem.ts'

/**
 * Bytes of what a client said. Refuses with FIELD_INVALID what has no encoding: a number beyond what
 * the core counts with is the caller's mistake, not a fault of ours.
 */
export function encoded<T>(codec: Codec<T>, value: T): Uint8Array {
  try {
    return encode(codec, value)
  } catch (error) {
    throw unencodable(error)
  }
}

/** The refusal of a CodecError of the caller's command; every other error as it is. */
export function unencodable(error: unknown): unknown {
  if (!(error instanceof CodecError)) return error
  const field = error.path.replace(/^command\./, '')
  return refused('FIELD_INVALID', { field, why: error.reason })
}
