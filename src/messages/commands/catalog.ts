/** Commands of the catalog, capacity and evaluation desks: what there is to sell. */
import { bool, hex, i64, list, nullable, struct, text, u32, u53, u8 } from '../../kernel/index.ts'
import { dimension, unratedReason } from '../evaluation.ts'
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
} from '../vocabulary.ts'

export const catalogCommands = {
  AddHub: struct({ code: text(16), name: localText }),
  /** A facility of the acting provider account in a hub. */
  AddSite: struct({ hub: u32, handle }),
  /** A machine of the acting provider account; `publicKey` is the daemon's Ed25519 identity. */
  RegisterNode: struct({ site: u32, handle, publicKey: hex(32) }),
  DefineSku: struct({
    code: text(32),
    class: skuClass,
    unit: skuUnit,
    bundle: resources,
    name: localText,
  }),
  /** Lists a spot instrument. Prices are ticks of `tickMicro` per unit-hour; fees in ppm of the bill. */
  ListInstrument: struct({
    symbol: text(48),
    sku: u32,
    grade,
    hub: u32,
    tickMicro: i64,
    referenceTicks: u32,
    bandPpm: u32,
    makerFeePpm: u32,
    takerFeePpm: u32,
    sellerFeePpm: u32,
    horizonSeconds: u32,
    noticeSeconds: u32,
    interruptible: bool,
  }),
  SetInstrumentStatus: struct({ instrument: u32, status: instrumentStatus, reason: text(128) }),
  SetReference: struct({ instrument: u32, referenceTicks: u32, bandPpm: u32 }),
}

export const capacityCommands = {
  /** What the daemon found (attested) and what it keeps for the machine itself (reserve). */
  AttestNode: struct({
    node: u32,
    attested: resources,
    reserve: resources,
    isolation,
    inventoryDigest: hex(32),
  }),
  /** The provider's own word on a node: online, draining (no new leases), maintenance. */
  SetNodeStatus: struct({ node: u32, status: nodeStatus, reason: text(128) }),
  /** Own use or maintenance of one's own node over [fromUs, untilUs): no trade, price, fee or tape. */
  CommitCapacity: struct({ node: u32, resources, fromUs: u53, untilUs: u53, reason: text(128) }),
  ReleaseCommitment: struct({ commitment: u53 }),
}

export const evaluationCommands = {
  /** Minimum integer metrics of each grade of a SKU, best grade first. */
  SetGradeThresholds: struct({
    sku: u32,
    thresholds: list(
      struct({ grade, minimums: list(struct({ metric: text(32), atLeast: u53 }), 16) }),
      6,
    ),
  }),
  /** A node's signed benchmark report; `digest` names the full report, signed by the node's key. */
  ReportEvaluation: struct({
    node: u32,
    suite: text(32),
    metrics: list(struct({ metric: text(32), value: u53, spreadPpm: u32 }), 32),
    provisional: bool,
    digest: hex(32),
    signature: hex(64),
    measuredAtUs: u53,
    expiresAtUs: nullable(u53),
  }),
  /**
   * What the door worked out of a node's report, whose bytes it checked and keeps as the object
   * `reportDigest`. `metrics` are those that may meet minimums; lowPpm and highPpm are how far the
   * 95 % interval reaches below and above the value.
   */
  ReportAssessment: struct({
    node: u32,
    suite: text(32),
    referenceDigest: hex(32),
    metrics: list(
      struct({ metric: text(32), value: u53, lowPpm: u32, highPpm: u32, cvPpm: u32, runs: u8 }),
      48,
    ),
    dimensions: list(struct({ dimension, points: nullable(u32) }), 8),
    rated: bool,
    reasons: list(unratedReason, 8),
    reportDigest: hex(32),
    evidenceRoot: hex(32),
    inventoryDigest: hex(32),
    signature: hex(64),
    measuredAtUs: u53,
    expiresAtUs: u53,
  }),
  /** The provider does not accept a grade: an assessor is to measure the node. */
  RequestRetest: struct({ node: u32, reason: text(128) }),
}
