/** Building blocks of the schemas: what a decimal, a time, an id and a page look like as JSON. */
import {
  Array as ArrayOf,
  Boolean as Bool,
  Enum,
  Integer,
  Null,
  Object as Shape,
  Optional,
  String as Text,
  Union,
  type Static,
  type TEnum,
  type TProperties,
  type TSchema,
} from 'typebox'
import { PREFIXES, type IdKind } from './id.ts'

export { ArrayOf, Bool, Integer, Optional, Shape, Text }
export type { Static, TSchema }

/** A closed object: an unknown field is a fault, so that a misspelt one is never ignored. */
export const Closed = <P extends TProperties>(properties: P) =>
  Shape(properties, { additionalProperties: false })

export const Nullable = <T extends TSchema>(schema: T) => Union([schema, Null()])

/** One of the words of a vocabulary of `messages`. */
export const Word = <const V extends readonly string[]>(vocabulary: {
  readonly values: V
}): TEnum<[...V]> => Enum<[...V]>([...vocabulary.values])

/** One of these words. */
export const Words = <const V extends readonly string[]>(...values: V): TEnum<[...V]> =>
  Enum<[...V]>([...values])

/** Plain decimal digits, never a float: money and prices (spec/interfaces.md section 2). */
export const Decimal = Text({ pattern: '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$', maxLength: 40 })

/** RFC 3339 in UTC with microseconds. */
export const Time = Text({ description: 'RFC 3339, UTC, microseconds' })

/** RFC 3339 with any offset, or epoch seconds. */
export const TimeInput = Text({ maxLength: 40, description: 'RFC 3339, or epoch seconds' })

export const Id = (kind: IdKind) => Text({ pattern: `^${PREFIXES[kind]}_[0-9A-Za-z]{1,9}$` })

export const Digest = Text({ pattern: '^[0-9a-f]{64}$', description: 'sha256, hex' })
export const Hex = (bytes: number) => Text({ pattern: `^[0-9a-f]{${bytes * 2}}$` })

export const Count = Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const U32 = Integer({ minimum: 0, maximum: 0xffff_ffff })

/** Query parameters of every list: newest first, `cursor` from the page before. */
export const pageQuery = {
  limit: Optional(Integer({ minimum: 1, maximum: 200 })),
  cursor: Optional(Text({ maxLength: 64 })),
}
/** Query parameter of every read out of the projections. */
export const minSeq = { min_seq: Optional(Count) }
/** Another account of one's own member; one's own account when absent. */
export const ofAccount = { account_id: Optional(Id('account')) }

/** A page of a list. `next_cursor` is null on the last page. */
export const PageOf = <T extends TSchema>(item: T) =>
  Shape({ data: ArrayOf(item), next_cursor: Nullable(Text()), has_more: Bool() })

/** A whole list. */
export const ListOf = <T extends TSchema>(item: T) => Shape({ data: ArrayOf(item) })

/** What every write answers: where in the journal it stands. */
export const written = {
  /** sequence number of the command; reads with min_seq = this see it */
  seq: Count,
  /** the command id, given or made */
  command_id: Text(),
  at: Time,
}
export const Written = Shape(written)
