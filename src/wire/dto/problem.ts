import { ArrayOf, Bool, Integer, Optional, Shape, Text, type Static } from '../schema.ts'
import { Record as MapOf } from 'typebox'

/** RFC 9457. `code` never changes with the language; `facts` fill the text. */
export const Problem = Shape({
  type: Text(),
  title: Text(),
  status: Integer(),
  detail: Text(),
  instance: Text(),
  code: Text(),
  request_id: Text(),
  retryable: Bool(),
  rule: Text(),
  facts: MapOf(Text(), Text()),
  /** every faulty field of a request that cannot be read */
  errors: ArrayOf(Shape({ field: Text(), code: Text(), message: Text() })),
  seq: Optional(Integer()),
})
export type Problem = Static<typeof Problem>
