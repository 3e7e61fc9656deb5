/** Rows of the catalog desk: where machines stand, what they are, what is listed. */
import {
  bool,
  hex,
  i53,
  list,
  nullable,
  struct,
  text,
  u32,
  u53,
  type Infer,
} from '../../kernel/index.ts'
import {
  grade,
  handle,
  instrumentStatus,
  isolation,
  localText,
  nodeStatus,
  resources,
  skuClass,
  skuUnit,
} from '../../messages/index.ts'

export const hubRow = struct({ hub: u32, code: text(16), name: localText })
export type HubRow = Infer<typeof hubRow>

export const siteRow = struct({ site: u32, account: u32, hub: u32, handle })
export type SiteRow = Infer<typeof siteRow>

/** A node's last benchmark report, as the evaluation desk accepted it. */
const evaluationRow = struct({
  suite: text(32),
  /** those of a report, and the points of its dimensions */
  metrics: list(struct({ metric: text(32), value: u53, spreadPpm: u32 }), 64),
  provisional: bool,
  digest: hex(32),
  signature: hex(64),
  measuredAtUs: u53,
  expiresAtUs: nullable(u53),
})
export type EvaluationRow = Infer<typeof evaluationRow>

export const nodeRow = struct({
  node: u32,
  account: u32,
  site: u32,
  /** hub of the site */
  hub: u32,
  handle,
  publicKey: hex(32),
  status: nodeStatus,
  /** is the daemon's connection up? */
  connected: bool,
  isolation,
  /** what the daemon found; null before the first attestation */
  attested: nullable(resources),
  reserve: resources,
  inventoryDigest: nullable(hex(32)),
  /** grades above U, by SKU; a SKU that is not here is U */
  grades: list(struct({ sku: u32, grade }), 65_536),
  evaluation: nullable(evaluationRow),
  /** timer that ends the evaluation; 0 is none */
  expiryTimer: u53,
})
export type NodeFields = Infer<typeof nodeRow>
export type { NodeRecord as NodeRow } from './node-record.ts'

export const skuRow = struct({
  sku: u32,
  code: text(32),
  class: skuClass,
  unit: skuUnit,
  bundle: resources,
  name: localText,
})
export type SkuRow = Infer<typeof skuRow>

export const instrumentRow = struct({
  instrument: u32,
  symbol: text(48),
  sku: u32,
  grade,
  hub: u32,
  /** at most 10^12 */
  tickMicro: i53,
  referenceTicks: u32,
  bandPpm: u32,
  makerFeePpm: u32,
  takerFeePpm: u32,
  sellerFeePpm: u32,
  horizonSeconds: u32,
  noticeSeconds: u32,
  interruptible: bool,
  status: instrumentStatus,
})
export type InstrumentRow = Infer<typeof instrumentRow>
