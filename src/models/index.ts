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
