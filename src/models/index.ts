/** Door of `models`: floating-point advice made before a command, and scores for display. */
export {
  checkReport,
  evidenceRoot,
  inventoryDigest,
  type CheckedPart,
  type ReportCheck,
} from './check-report.ts'
export { metricRows } from './metric-rows.ts'
export { REFERENCE_DIGEST, referenceValues } from './reference.ts'
export { faultOf, judge, summaries, type Measured } from './score.ts'
export type { Summary } from './statistics.ts'
export {
  FORMATS,
  publishedFormat,
  type HardwareKind,
  type PublishedFormat,
} from './published/formats.ts'
export { modelKey, type MatchedBy } from './published/match.ts'
export { readPublished, type PublishedFigure, type PublishedRow } from './published/read.ts'
