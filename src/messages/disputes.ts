/** Two meters of one lease: what the buyer's statement covers, and who decides where they disagree. */
import { hex, nullable, oneOf, struct, text, u32, u53, type Infer } from '../kernel/index.ts'

/** What decided a dispute: a third independent source, two persons of the operator, or nobody in time. */
export const decidedBy = oneOf('sources', 'operator', 'deadline')
export type DecidedBy = Infer<typeof decidedBy>

/** One reading of a buyer's meter; its hash is the head of the lease's chain of readings. */
export const buyerMeterStatement = struct({
  venue: text(64),
  lease: u53,
  reading: u32,
  previous: hex(32),
  coveredSeconds: u32,
  cpuUs: nullable(u53),
  evidence: hex(32),
})
