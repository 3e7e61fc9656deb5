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
export { judge, summaries, usable, type Measured } from './score.ts'
export type { Summary } from './statistics.ts'
export { answerFault, type Answered } from './proof/check.ts'
export { contractRate, measuredRate } from './proof/rate.ts'
export {
  FORMATS,
  publishedFormat,
  type HardwareKind,
  type PublishedFormat,
} from './published/formats.ts'
export { modelKey, type MatchedBy } from './published/match.ts'
export {
  readPublished,
  type PublishedFigure,
  type PublishedRow,
  type RowFaultCode,
} from './published/read.ts'
