import { REPORT_DAYS, SUITE, type EvaluationReport } from '../../messages/index.ts'
import { sha256Hex } from '../../kernel/index.ts'
import { renderReport, reportBytes, type SignedReport } from '../../wire/index.ts'
import type { Identity } from '../identity.ts'
import type { Measurement } from './evaluate.ts'
import { suiteDigest } from './suite.ts'

const DAY_US = 86_400_000_000

/** What a measurement is bound to, and the scores that were worked out of it. */
export type About = Pick<
  EvaluationReport,
  'software' | 'venue' | 'node' | 'inventory' | 'referenceDigest' | 'judgement' | 'evidenceRoot'
>

/** A signed report with the bytes of its file and their sha256, hex. */
export interface ReportFile extends SignedReport {
  readonly bytes: Uint8Array
  readonly digest: string
}

/** Binds a measurement to a venue, a node and a machine, and signs it. */
export function signReport(measurement: Measurement, about: About, identity: Identity): ReportFile {
  const report: EvaluationReport = {
    format: 1,
    software: about.software,
    venue: about.venue,
    node: about.node,
    publicKey: identity.publicKey,
    inventory: about.inventory,
    suite: SUITE,
    suiteDigest: suiteDigest(),
    referenceDigest: about.referenceDigest,
    ...measurement,
    judgement: about.judgement,
    evidenceRoot: about.evidenceRoot,
    expiresAtUs: measurement.measuredAtUs + REPORT_DAYS * DAY_US,
  }
  const signature = identity.sign(reportBytes(report))
  const bytes = renderReport({ report, signature })
  return { report, signature, bytes, digest: sha256Hex(bytes) }
}
