import { bool, encode, hex, list, sha256Hex, struct, text, u32, u53 } from '../../kernel/index.ts'
import type { Infer } from '../../kernel/index.ts'
import type { Identity } from '../identity.ts'
import type { Measurement } from './evaluate.ts'

/** The full evaluation report of a node, whose canonical bytes the node's key signs. */
export const evaluationReport = struct({
  venue: text(64),
  node: u32,
  publicKey: hex(32),
  inventoryDigest: hex(32),
  suite: text(32),
  metrics: list(struct({ metric: text(32), value: u53, spreadPpm: u32 }), 32),
  loadPermille: u32,
  pressurePermille: u32,
  stealPermille: u32,
  provisional: bool,
  measuredAtUs: u53,
})
export type EvaluationReport = Infer<typeof evaluationReport>

/** A report with its bytes, their digest and the node's signature over them. */
export interface SignedReport {
  readonly report: EvaluationReport
  readonly bytes: Uint8Array
  /** sha256 hex */
  readonly digest: string
  /** Ed25519, hex */
  readonly signature: string
}

/** Binds a measurement to a venue, a node and a machine, and signs it. */
export function signReport(
  measurement: Measurement,
  about: { readonly venue: string; readonly node: number; readonly inventoryDigest: string },
  identity: Identity,
): SignedReport {
  const report: EvaluationReport = {
    venue: about.venue,
    node: about.node,
    publicKey: identity.publicKey,
    inventoryDigest: about.inventoryDigest,
    suite: measurement.suite,
    metrics: [...measurement.metrics],
    loadPermille: measurement.loadPermille,
    pressurePermille: measurement.pressurePermille,
    stealPermille: measurement.stealPermille,
    provisional: measurement.provisional,
    measuredAtUs: measurement.measuredAtUs,
  }
  const bytes = encode(evaluationReport, report)
  return { report, bytes, digest: sha256Hex(bytes), signature: identity.sign(bytes) }
}
