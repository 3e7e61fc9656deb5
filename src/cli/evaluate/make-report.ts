/** Measures this machine and signs what came out of it: daemon and `suan evaluate` do the same. */
import {
  evaluate,
  signReport,
  type Effort,
  type Identity,
  type Inspection,
  type ReportFile,
  type ToolChoice,
} from '../../agent/index.ts'
import { REFERENCE_DIGEST, evidenceRoot, judge } from '../../models/index.ts'
import { version } from '../version.ts'

export interface ReportOrder {
  readonly identity: Identity
  readonly inspection: Inspection
  /** a folder on the disk that workloads will use */
  readonly folder: string
  /** address of the exchange; null measures no network */
  readonly url: string | null
  /** what the report is bound to; null is nothing */
  readonly venue: string | null
  readonly node: number | null
  readonly effort?: Effort
  readonly tools: ToolChoice
}

/** Throws Fault EVALUATION_WRONG when the machine computes wrongly. */
export async function makeReport(order: ReportOrder): Promise<ReportFile> {
  const { identity, inspection, venue, node } = order
  const measurement = await evaluate(order)
  const about = {
    software: `suan ${version()}`.slice(0, 32),
    venue,
    node,
    inventory: inspection.inventory,
    referenceDigest: REFERENCE_DIGEST,
    judgement: judge(measurement),
    evidenceRoot: evidenceRoot(measurement),
  }
  return signReport(measurement, about, identity)
}
