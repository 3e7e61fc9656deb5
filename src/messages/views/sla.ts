/** What queries return about promises of delivery. */
import type { SlaProfile } from '../sla.ts'

/** Minutes [from, until) since the lease was ready. */
export interface MinuteRange {
  readonly from: number
  readonly until: number
}
export interface SlaView {
  readonly sla: number
  readonly version: number
  readonly profile: SlaProfile
}
/** What a lease was promised and how it was kept; minutes of windows that were paid already are only sums. */
export interface LeaseSlaView {
  readonly lease: number
  readonly promise: SlaView | null
  readonly agent: readonly MinuteRange[]
  readonly prober: readonly MinuteRange[]
  readonly witness: readonly MinuteRange[]
  /** two sources agree */
  readonly failed: readonly MinuteRange[]
  /** failed and not excused, since ready */
  readonly breachMinutes: number
  /** seconds that are not charged */
  readonly unchargedSeconds: number
  readonly creditedMicro: bigint
}
/** A lease that a prober may look at. */
export interface ProbeView {
  readonly lease: number
  readonly node: number
  readonly readyAtUs: number
}
