/** Door of `agent`: the seller's daemon inspects, measures, runs and meters this machine. */
export { evaluate, NOISE, SUITE } from './evaluate/evaluate.ts'
export type { Effort, Measurement, Metric } from './evaluate/evaluate.ts'
export { evaluationReport, signReport } from './evaluate/report.ts'
export type { EvaluationReport, SignedReport } from './evaluate/report.ts'
export { loadIdentity, verifySignature } from './identity.ts'
export type { Identity } from './identity.ts'
export { inspect, inventory } from './inspect/inspect.ts'
export type { Inspection, Inventory } from './inspect/inspect.ts'
