import { assert } from './assert.ts'
import type { AnyCodec, Codec, Infer } from './codec.ts'
import { compileStruct, type StructFunctions } from './codec-compile.ts'
import { CodecError, errorUnder, wrong } from './codec-error.ts'
import { skip, skipAll, type Skip } from './codec-skip.ts'
import type { Reader } from './reader.ts'

/** One of at most 256 fixed texts, stored as its index in one byte: append, never reorder. */
export function oneOf<const V extends readonly string[]>(
  ...values: V
): Codec<V[number]> & { readonly values: V } {
  assert(values.length > 0 && values.length <= 256, 'oneOf: 1..256 values')
  const indexOf = new Map<string, number>(values.map((value, index) => [value, index]))
  assert(indexOf.size === values.length, 'oneOf: values must differ')
  return {
    values,
    width: 1,
    write: (writer, value) => {
      const index = indexOf.get(value)
      if (index === undefined) throw new CodecError(`expected one of ${values.join(' ')}`)
      writer.u8(index)
    },
    read: (reader) => {
      const index = reader.u8()
      const value = values[index]
      if (value === undefined) throw new CodecError(`no choice has number ${index}`)
      return value
    },
  }
}

/** null or a value of `codec`: one byte 0 or 1, then the value. `undefined` is refused. */
export function nullable<T>(codec: Codec<T>): Codec<T | null> {
  return {
    write: (writer, value) => {
      writer.u8(value === null ? 0 : 1)
      if (value !== null) codec.write(writer, value)
    },
    read: (reader) => {
      const flag = reader.u8()
      if (flag === 0) return null
      if (flag !== 1) throw new CodecError(`null flag ${flag}`)
      const value = codec.read(reader)
      // A nullable inside a nullable would give null two encodings.
      if (value === null) throw new CodecError('null written as a value')
      return value
    },
    skip: (reader) => {
      if (reader.u8() !== 0) skip(codec, reader)
    },
  }
}

/** At most `max` values of `codec`, a varint count before them. */
export function list<T>(codec: Codec<T>, max: number): Codec<T[]> {
  assert(Number.isSafeInteger(max) && max >= 0, 'list: max')
  return {
    write: (writer, value) => {
      if (!Array.isArray(value)) throw wrong('a list', value)
      writer.varint(checkedCount(value.length, max))
      let index = 0
      try {
        // The index loop also visits holes, which then fail as undefined.
        for (; index < value.length; index++) codec.write(writer, value[index] as T)
      } catch (error) {
        throw errorUnder(`[${index}]`, error)
      }
    },
    read: (reader) => {
      const values: T[] = []
      readEach(codec, max, reader, (value) => values.push(value))
      return values
    },
    skip: (reader) => {
      for (let left = reader.varint(); left > 0; left--) skip(codec, reader)
    },
  }
}

/**
 * Reads what `list(codec, max)` wrote and gives each value to `take` at once: of a long list none is
 * kept. Throws as its `read` does, perhaps after some were taken.
 */
export function readEach<T>(
  codec: Codec<T>,
  max: number,
  reader: Reader,
  take: (value: T) => void,
): void {
  const count = checkedCount(reader.varint(), max)
  for (let index = 0; index < count; index++) take(readItem(codec, reader, index))
}

function readItem<T>(codec: Codec<T>, reader: Reader, index: number): T {
  try {
    return codec.read(reader)
  } catch (error) {
    throw errorUnder(`[${index}]`, error)
  }
}

function checkedCount(count: number, max: number): number {
  if (count > max) throw new CodecError(`${count} items, at most ${max} allowed`)
  return count
}

export type Fields = Readonly<Record<string, AnyCodec>>

/** The object type of a set of fields. */
export type StructValue<F extends Fields> = { [K in keyof F]: Infer<F[K]> }

export interface StructCodec<F extends Fields> extends Codec<StructValue<F>> {
  readonly fields: F
}

const fieldName = /^[a-zA-Z][a-zA-Z0-9_]*$/

/**
 * An object: the values of its fields in the order of `fields`, nothing between them. Reading makes
 * exactly these fields; writing needs all of them and ignores others.
 */
export function struct<F extends Fields>(fields: F): StructCodec<F> {
  const keys = Object.keys(fields)
  for (const key of keys) assert(fieldName.test(key), `struct: field name ${key}`)
  const codecs = Object.values(fields)
  // Made at the first use: most structs of a program are never written or read by it.
  let functions: StructFunctions | null = null
  const made = () => (functions ??= compileStruct(keys, codecs) ?? inTurn(keys, codecs))
  let skips: Skip | null = null
  return {
    fields,
    write: (writer, value) => {
      if (typeof value !== 'object' || value === null) throw wrong('an object', value)
      const { write } = functions ?? made()
      write(writer, value)
    },
    read: (reader) => (functions ?? made()).read(reader) as StructValue<F>,
    skip: (reader) => (skips ??= skipAll(codecs))(reader),
  }
}

/** The same as `compileStruct`, field by field in a loop. */
function inTurn(keys: readonly string[], all: readonly AnyCodec[]): StructFunctions {
  const codecs = all as readonly Codec<unknown>[]
  return {
    write: (writer, value) => {
      const source = value as Readonly<Record<string, unknown>>
      let index = 0
      try {
        for (; index < codecs.length; index++) {
          codecs[index]!.write(writer, source[keys[index]!])
        }
      } catch (error) {
        throw errorUnder(keys[index]!, error)
      }
    },
    read: (reader) => {
      const target: Record<string, unknown> = {}
      let index = 0
      try {
        for (; index < codecs.length; index++) target[keys[index]!] = codecs[index]!.read(reader)
      } catch (error) {
        throw errorUnder(keys[index]!, error)
      }
      return target
    },
  }
}
