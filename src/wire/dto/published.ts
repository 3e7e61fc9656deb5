/** Public results of hardware: imported from files, never measured here. */
import {
  ArrayOf,
  Closed,
  Count,
  Digest,
  Integer,
  Optional,
  Shape,
  Text,
  Time,
  Words,
  type Static,
} from '../schema.ts'

const Format = Words('mlperf-training', 'specpower', 'passmark-cpu', 'passmark-gpu')
const Kind = Words('cpu', 'gpu')

/** One imported file; an import of the same format takes its place. */
export const PublishedSet = Shape({
  format: Format,
  kind: Kind,
  /** who made the figures */
  publisher: Text(),
  /** where the file is from, as the operator said */
  source: Text(),
  /** the day of the figures, as the operator said */
  published: Text(),
  rows: Count,
  digest: Digest,
  imported_at: Time,
})
export type PublishedSet = Static<typeof PublishedSet>

/** `source` and `published` are shown beside every figure. */
export const ImportQuery = Closed({
  source: Text({ minLength: 1, maxLength: 200 }),
  published: Text({ pattern: '^\\d{4}(-\\d{2}(-\\d{2})?)?$' }),
})

export const PublishedQuery = Closed({
  kind: Kind,
  model: Text({ minLength: 1, maxLength: 160 }),
  limit: Optional(Integer({ minimum: 1, maximum: 200 })),
})

const PublishedResult = Shape({
  set: PublishedSet,
  /** as the file has it */
  model: Text(),
  /** exact: the same words; model: the same but for memory size and form of the card */
  matched_by: Words('exact', 'model'),
  detail: Text(),
  figures: ArrayOf(Shape({ figure: Text(), value: Text(), unit: Text() })),
})
export type PublishedResult = Static<typeof PublishedResult>

export const PublishedResults = Shape({
  /** the words that were looked for */
  searched: Text(),
  /** how many there are; at most `limit` of each file follow */
  total: Count,
  data: ArrayOf(PublishedResult),
})
export type PublishedResults = Static<typeof PublishedResults>
