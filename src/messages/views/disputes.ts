/** What queries return about meters that disagree. */
import type { DecidedBy } from '../disputes.ts'

/** Both counts at one moment of the lease clock, all in seconds since ready. */
export interface MeterPoint {
  readonly clock: number
  readonly seller: number
  readonly buyer: number
}
/** The buyer's own meter of a lease. */
export interface BuyerMeterView {
  readonly lease: number
  /** readings so far */
  readonly readings: number
  readonly coveredSeconds: number
  /** as the buyer said it; the rest is what it was silent about for too long */
  readonly saidSeconds: number
  /** lease clock at the last reading */
  readonly heardSeconds: number
  readonly cpuUs: number | null
  readonly evidence: string
  readonly head: string
}
export interface DisputeView {
  readonly dispute: number
  readonly lease: number
  readonly allocation: number
  readonly node: number
  readonly buyAccount: number
  readonly sellAccount: number
  readonly openedAtUs: number
  readonly deadlineUs: number
  /** lease clock at its end */
  readonly clockSeconds: number
  readonly seller: {
    readonly seconds: number
    readonly cpuUs: number
    readonly period: number
    /** hash of the node's last signed meter report */
    readonly evidence: string
    /** seqs of its last reports, oldest first */
    readonly reports: readonly number[]
  }
  readonly buyer: BuyerMeterView & {
    /** what it would bill: its count, and the seconds that it did not look at */
    readonly seconds: number
  }
  /** newest last; thinned out where there were many */
  readonly trace: readonly MeterPoint[]
  readonly disputedMicro: bigint
  readonly disputedFeeMicro: bigint
  /** seconds that independent sources say were not delivered and that are not left out yet */
  readonly doubtedSeconds: number
  /** null while it is open */
  readonly decision: {
    readonly by: DecidedBy
    readonly acceptedSeconds: number
    readonly paidMicro: bigint
    readonly returnedMicro: bigint
    readonly reason: string
    readonly atUs: number
  } | null
}
