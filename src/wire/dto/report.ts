/** A verified report as a page shows it: what was signed, and what follows from it. */
import { dimension, profile, toolName, toolState, unratedReason } from '../../messages/index.ts'
import {
  ArrayOf,
  Bool,
  Count,
  Digest,
  Hex,
  Id,
  Nullable,
  Shape,
  Text,
  Time,
  U32,
  Word,
  Words,
  type Static,
} from '../schema.ts'
import { Class } from './evaluation.ts'
import { Hub } from './market.ts'

const Reasons = ArrayOf(Word(unratedReason))

const ReportMetric = Shape({
  metric: Text(),
  unit: Text(),
  lower_is_better: Bool(),
  /** dimensions that it counts for */
  dimensions: ArrayOf(Word(dimension)),
  /** median of the runs */
  value: Count,
  /** half of the 95 % confidence interval, parts per million of the mean */
  plus_minus_ppm: Count,
  /** coefficient of variation, parts per million */
  cv_ppm: Count,
  runs: Count,
  /** what the reference machine has */
  reference: Nullable(Count),
  /** of this metric alone: 1,000 is the reference machine; null where it rates nothing */
  points: Nullable(U32),
  /** why it rates nothing */
  fault: Nullable(Word(unratedReason)),
})
export type ReportMetric = Static<typeof ReportMetric>

const ReportTool = Shape({
  name: Word(toolName),
  state: Word(toolState),
  version: Text(),
  /** sha256 of the program, library or image that measured */
  binary: Nullable(Digest),
  /** how it was asked, or why it gave nothing */
  detail: Text(),
})
export type ReportTool = Static<typeof ReportTool>

/** What the machine says it is. */
const Nominal = Shape({
  platform: Text(),
  architecture: Text(),
  cpu_model: Text(),
  isa_level: Text(),
  virtual: Bool(),
  cores: U32,
  memory_mib: U32,
  disk_mib: U32,
  gpus: ArrayOf(Shape({ name: Text(), memory_mib: U32 })),
})

/** What else the machine did meanwhile; shares × 1,000. */
const Conditions = Shape({
  load_permille: U32,
  pressure_permille: U32,
  foreign_permille: U32,
  steal_permille: U32,
  lowest_khz: Nullable(U32),
  highest_khz: Nullable(U32),
  duration_ms: U32,
})

export const ReportFacts = Shape({
  report_digest: Digest,
  node_id: Id('node'),
  node_handle: Text(),
  site_id: Id('site'),
  site_handle: Text(),
  hub: Hub,
  /** who reported */
  account_id: Id('account'),
  /** by an assessor that is not the provider */
  independent: Bool(),
  /** the grades of the node come from it now */
  standing: Bool(),
  measured_at: Time,
  expires_at: Time,
  software: Text(),
  rated: Bool(),
  reasons: Reasons,
  dimensions: ArrayOf(
    Shape({
      dimension: Word(dimension),
      /** 1,000 is the reference machine; null is not rated */
      points: Nullable(U32),
      plus_minus_ppm: U32,
      unrated: Reasons,
    }),
  ),
  profiles: ArrayOf(
    Shape({
      profile: Word(profile),
      points: Nullable(U32),
      /** dimensions that it needs and that are not rated */
      missing: ArrayOf(Word(dimension)),
    }),
  ),
  /** of the suite, then of tools */
  metrics: ArrayOf(ReportMetric),
  /** better tools: which were there, and which they were */
  tools: ArrayOf(ReportTool),
  nominal: Nominal,
  conditions: Conditions,
  power: Shape({ tier: Text(), source: Text() }),
  /** nodes that are sold for the same products, and the medians of their points, now */
  classes: ArrayOf(Class),
  suite: Text(),
  suite_digest: Digest,
  reference_digest: Digest,
  inventory_digest: Digest,
  evidence_root: Digest,
  public_key: Hex(32),
  signature: Hex(64),
  /** what the exchange finds when it looks at the kept file again, now */
  checks: ArrayOf(
    Shape({
      check: Words(
        'signature',
        'suite',
        'reference',
        'metrics',
        'tools',
        'evidence',
        'scores',
        'expiry',
      ),
      ok: Bool(),
    }),
  ),
})
export type ReportFacts = Static<typeof ReportFacts>
