/** What passes between the door's thread and the worker that keeps the series. */
import type { NodePlace, SeriesStep } from '../messages/index.ts'

/** Rows of a node and of the groups that it belongs to: who is which row is for the door to say. */
export interface PlacedRow {
  readonly place: NodePlace
  readonly row: number
  readonly siteRow: number
  readonly hubRow: number
  readonly netRow: number
}

export interface SeriesQuery {
  readonly row: number
  /** second at which the first interval begins */
  readonly from: number
  readonly step: SeriesStep
  readonly count: number
  /** places in MONITOR_METRICS */
  readonly metrics: readonly number[]
}

/** Means and highest values, one array a metric that was asked for. */
export interface SeriesAnswer {
  readonly mean: readonly Float32Array[]
  readonly highest: readonly Float32Array[]
}

/**
 * `samples`: records as `SampleBatch` makes them. The worker has no clock of its own: it is `second`
 * when the message comes, so that a stall of either thread changes nothing.
 */
export type TelemetryCall =
  | { readonly kind: 'place'; readonly rows: readonly PlacedRow[] }
  | {
      readonly kind: 'samples'
      readonly second: number
      readonly count: number
      readonly buffer: ArrayBuffer
    }
  | { readonly kind: 'read'; readonly id: number; readonly query: SeriesQuery }

export interface TelemetryReply {
  readonly id: number
  readonly answer: SeriesAnswer
}
