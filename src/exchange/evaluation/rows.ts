/** Rows of the evaluation desk. */
import {
  bool,
  hex,
  list,
  nullable,
  struct,
  text,
  u32,
  u53,
  type Infer,
} from '../../kernel/index.ts'
import { dimension, grade, unratedReason } from '../../messages/index.ts'

const minimum = struct({ metric: text(32), atLeast: u53 })
export const thresholdsRow = struct({
  sku: u32,
  thresholds: list(struct({ grade, minimums: list(minimum, 16) }), 6),
})

/** One report as history and comparison need it. */
const assessment = struct({
  account: u32,
  independent: bool,
  suite: text(32),
  referenceDigest: hex(32),
  dimensions: list(struct({ dimension, points: nullable(u32) }), 8),
  rated: bool,
  reasons: list(unratedReason, 8),
  reportDigest: hex(32),
  inventoryDigest: hex(32),
  measuredAtUs: u53,
  expiresAtUs: u53,
})
export type Assessment = Infer<typeof assessment>

export const assessmentRow = struct({
  node: u32,
  /** the report that the node's grades come from; its metrics are in the node's row */
  standing: nullable(assessment),
  /** the last report, which may be unrated */
  last: nullable(assessment),
  /** parts of a standard hour, by SKU */
  factors: list(struct({ sku: u32, factorPpm: u32 }), 65_536),
  /** when and why the provider asked for another assessor; null is not */
  retest: nullable(struct({ account: u32, reason: text(128), requestedAtUs: u53 })),
})
export type AssessmentRow = Infer<typeof assessmentRow>
