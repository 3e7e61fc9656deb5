import { assert } from './assert.ts'
import type { AnyCodec, Codec } from './codec.ts'
import { struct } from './codec-compose.ts'
import type { Fields, StructValue } from './codec-compose.ts'
import { CodecError, wrong } from './codec-error.ts'
import { skip } from './codec-skip.ts'

/** `Name: [number on the wire, struct of the fields]`. */
export type VariantCases = Readonly<
  Record<string, readonly [number, AnyCodec & { readonly fields: Fields }]>
>

type FieldsOf<C> = C extends readonly [number, { readonly fields: infer F extends Fields }]
  ? F
  : never
type Flat<T> = { [K in keyof T]: T[K] }

/** The discriminated union of the cases, by the literal `kind`. */
export type VariantValue<C extends VariantCases> = {
  [K in keyof C & string]: Flat<{ kind: K } & StructValue<FieldsOf<C[K]>>>
}[keyof C & string]

export interface VariantCodec<C extends VariantCases> extends Codec<VariantValue<C>> {
  readonly cases: C
}

/**
 * A union of structs told apart by `kind`. On the wire a u16 case number comes first, so a kind may
 * be renamed but its number never reused.
 */
export function variant<const C extends VariantCases>(cases: C): VariantCodec<C> {
  const byKind = new Map<string, { readonly number: number; readonly codec: Codec<object> }>()
  const byNumber = new Map<number, Codec<object>>()
  for (const [kind, [number, codec]] of Object.entries(cases)) {
    assert(Number.isInteger(number) && number >= 0 && number <= 0xffff, `variant: ${kind}`)
    assert(!byNumber.has(number), `variant: number ${number} is used twice`)
    assert(!Object.hasOwn(codec.fields, 'kind'), `variant: ${kind} has a field named kind`)
    const whole = struct({ kind: constant(kind), ...codec.fields }) as unknown as Codec<object>
    byKind.set(kind, { number, codec: whole })
    byNumber.set(number, whole)
  }
  return {
    cases,
    write: (writer, value) => {
      if (typeof value !== 'object' || value === null) throw wrong('an object', value)
      const found = byKind.get(value.kind)
      if (found === undefined) throw new CodecError(`unknown kind ${value.kind}`)
      writer.u16(found.number)
      found.codec.write(writer, value)
    },
    read: (reader) => {
      const number = reader.u16()
      const codec = byNumber.get(number)
      if (codec === undefined) throw new CodecError(`no kind has number ${number}`)
      return codec.read(reader) as VariantValue<C>
    },
    skip: (reader) => {
      const number = reader.u16()
      const codec = byNumber.get(number)
      if (codec === undefined) throw new CodecError(`no kind has number ${number}`)
      skip(codec, reader)
    },
  }
}

/** Takes no bytes: the case number already says it. */
function constant(value: string): Codec<string> {
  return { width: 0, write: () => {}, read: () => value }
}
