/**
 * Functions for one set of fields. A loop over codecs calls each through one place, which V8 can
 * neither inline nor specialise, and gives an object of many fields the slow shape of a dictionary;
 * code written for the fields has a call of its own for each and an object literal.
 */
import type { AnyCodec } from './codec.ts'
import { errorUnder } from './codec-error.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

type Under = typeof errorUnder
export interface StructFunctions {
  readonly write: (writer: Writer, value: object) => void
  readonly read: (reader: Reader) => object
}

/**
 * `names` are plain identifiers: the caller has checked them, and nothing else enters the code. Where
 * code may not be made from text (a page under a content security policy) null: use a loop.
 */
export function compileStruct(
  names: readonly string[],
  codecs: readonly AnyCodec[],
): StructFunctions | null {
  try {
    const make = new Function('codecs', 'names', 'under', sourceOf(names)) as (
      codecs: readonly AnyCodec[],
      names: readonly string[],
      under: Under,
    ) => StructFunctions
    return make(codecs, names, errorUnder)
  } catch {
    return null
  }
}

function sourceOf(names: readonly string[]): string {
  const parts = names.map((_, i) => `c${i} = codecs[${i}]`).join(', ')
  const writes = names.map((name, i) => `at = ${i}; c${i}.write(writer, value.${name})`)
  const reads = names.map((_, i) => `at = ${i}; const v${i} = c${i}.read(reader)`)
  const made = names.map((name, i) => `${name}: v${i}`).join(', ')
  const guarded = (lines: readonly string[], result: string) =>
    `let at = 0\ntry {\n${lines.join('\n')}\n${result}\n} catch (error) { throw under(names[at], error) }`
  return `'use strict'
${names.length > 0 ? `const ${parts}` : ''}
return {
write(writer, value) {\n${guarded(writes, '')}\n},
read(reader) {\n${guarded(reads, `return { ${made} }`)}\n},
}`
}
