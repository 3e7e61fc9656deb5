import { CodecError } from './codec-error.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

/**
 * A pair of functions between values and bytes. Canonical: a value has exactly one encoding and
 * `read` refuses every other one, so equal values have equal hashes on every machine.
 */
export interface Codec<T> {
  readonly write: (writer: Writer, value: T) => void
  readonly read: (reader: Reader) => T
  /** bytes of every value, where all have as many */
  readonly width?: number
  /** passes over a value; absent where `width` says it, or where it must be read */
  readonly skip?: (reader: Reader) => void
}

/** Any codec whatever its type: what `struct` and `variant` take as parts. */
export interface AnyCodec {
  readonly write: (writer: Writer, value: never) => void
  readonly read: (reader: Reader) => unknown
  readonly width?: number
  readonly skip?: (reader: Reader) => void
}

/** The type of the values of a codec. */
export type Infer<C> = C extends { readonly read: (reader: Reader) => infer T } ? T : never

const keptCapacity = 65_536
let spare: Writer | null = null

/** The canonical bytes of `value`. Throws CodecError with the path of the first faulty field. */
export function encode<T>(codec: Codec<T>, value: T): Uint8Array {
  // The spare writer is taken out while in use, so a nested call simply makes its own.
  const writer = spare ?? new Writer()
  spare = null
  writer.reset()
  codec.write(writer, value)
  const bytes = writer.finish()
  if (bytes.length <= keptCapacity) spare = writer
  return bytes
}

/** The value of canonical bytes. Throws CodecError on anything else, trailing bytes included. */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const reader = new Reader(bytes)
  const value = codec.read(reader)
  if (!reader.atEnd) throw new CodecError(`${reader.remaining} trailing bytes`)
  return value
}
