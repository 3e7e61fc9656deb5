/** Rows of the sla desk. */
import {
  list,
  nullable,
  safe64,
  struct,
  u16,
  u32,
  u53,
  type Codec,
  type Infer,
} from '../../kernel/index.ts'
import { maintenanceClass, slaProfile, type MinuteRange } from '../../messages/index.ts'

/** A source that says every other minute failed, for a window of 30 days and the hour after it. */
const RANGES_MAX = 32_768

const ranges = list(struct({ from: u32, until: u32 }), RANGES_MAX) as Codec<MinuteRange[]>

/** One version of a promise. */
export const promiseRow = struct({ promise: u32, sla: u32, version: u16, profile: slaProfile })
export type PromiseRow = Infer<typeof promiseRow>

/** What leases of an instrument promise that are opened from then on; 0 is nothing. */
export const attachmentRow = struct({
  instrument: u32,
  changes: list(struct({ fromUs: u53, promise: u32 }), 4_096),
})
export type AttachmentRow = Infer<typeof attachmentRow>

/** A lease of which some source says that a minute failed. Ranges of judged windows are dropped. */
export const judgedRow = struct({
  lease: u53,
  promise: u32,
  agent: ranges,
  prober: ranges,
  witness: ranges,
  /** two sources agree */
  failed: ranges,
  /** of those, what is excused as the buyer's own: only its witness made two of one */
  ownDoing: ranges,
  /** failed seconds that must not be charged, since ready */
  unchargedSeconds: u32,
  /** windows before it are judged */
  window: u32,
  /** of judged windows */
  breachMinutes: u32,
  chargedMicro: safe64,
  creditedMicro: safe64,
  timer: u53,
  settled: nullable(u53),
})
export type JudgedRow = Infer<typeof judgedRow>

/** When the daemon of a node was silent: the newest stretches; the last has no end while it lasts. */
export const silenceRow = struct({
  node: u32,
  stretches: list(struct({ fromUs: u53, untilUs: nullable(u53) }), 64),
})
export type SilenceRow = Infer<typeof silenceRow>

/** A stretch in which the exchange itself did not run. */
export const gapRow = struct({ gap: u53, fromUs: u53, untilUs: u53 })
export type GapRow = Infer<typeof gapRow>

/** An announced interruption of a node, or of a site. `account` 0 is the operator, for everybody. */
export const maintenanceRow = struct({
  maintenance: u53,
  account: u32,
  node: nullable(u32),
  site: nullable(u32),
  fromUs: u53,
  untilUs: u53,
  class: maintenanceClass,
  announcedAtUs: u53,
})
export type MaintenanceRow = Infer<typeof maintenanceRow>
