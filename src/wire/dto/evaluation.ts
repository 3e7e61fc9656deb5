import { dimension, unratedReason } from '../../messages/index.ts'
import {
  ArrayOf,
  Bool,
  Closed,
  Count,
  Digest,
  Id,
  Nullable,
  Shape,
  Text,
  Time,
  U32,
  Word,
  written,
  type Static,
} from '../schema.ts'
import { Grade } from './common.ts'

const Points = Shape({ dimension: Word(dimension), points: Nullable(U32) })

/** One verified report; its file is at /v1/evaluations/{report_digest}. */
export const AssessedReport = Shape({
  account_id: Id('account'),
  /** by an assessor that is not the provider */
  independent: Bool(),
  suite: Text(),
  reference_digest: Digest,
  /** 1,000 is the reference machine; null is not rated */
  dimensions: ArrayOf(Points),
  rated: Bool(),
  reasons: ArrayOf(Word(unratedReason)),
  report_digest: Digest,
  inventory_digest: Digest,
  measured_at: Time,
  expires_at: Time,
})
export type AssessedReport = Static<typeof AssessedReport>

/** Nodes that have a grade for the product, and the medians of their points. */
export const Class = Shape({ product_id: Id('sku'), nodes: Count, medians: ArrayOf(Points) })
export type Class = Static<typeof Class>

/** Reports of a node, newest first, what stands of them, and the class that the node is sold in. */
export const NodeEvaluations = Shape({
  node_id: Id('node'),
  /** the report that the grades come from */
  standing: Nullable(AssessedReport),
  /** what part of a standard hour of a product an hour of this node is */
  factors: ArrayOf(Shape({ product_id: Id('sku'), factor_ppm: U32 })),
  /** the provider asked for another assessor */
  retest: Nullable(Shape({ account_id: Id('account'), reason: Text(), requested_at: Time })),
  classes: ArrayOf(Class),
  data: ArrayOf(AssessedReport),
  next_cursor: Nullable(Text()),
  has_more: Bool(),
})
export type NodeEvaluations = Static<typeof NodeEvaluations>

export const Assessed = Shape({
  ...written,
  node_id: Id('node'),
  report_digest: Digest,
  rated: Bool(),
  reasons: ArrayOf(Word(unratedReason)),
  dimensions: ArrayOf(Points),
  grades: ArrayOf(Shape({ product_id: Id('sku'), grade: Grade })),
})

export const RetestBody = Closed({ reason: Text({ minLength: 1, maxLength: 128 }) })
