import { MONITOR_METRICS } from '../messages/index.ts'

/** Subjects that are kept at most; each takes 0.18 MB once its month is full. */
export const SUBJECTS_MAX = 8_192
const WIDTH = MONITOR_METRICS.length

/**
 * The newest values of every subject, in memory that two threads share: the worker writes, the door
 * reads without asking. A row may be read while it is written; then some of its values are a second
 * older than others, which no reader minds.
 */
export class Latest {
  readonly buffer: SharedArrayBuffer
  readonly values: Float32Array
  /** the second of the newest samples of a row (for groups: of its values), 0 before the first */
  readonly seconds: Uint32Array

  constructor(buffer = new SharedArrayBuffer(SUBJECTS_MAX * (WIDTH + 1) * 4)) {
    this.buffer = buffer
    this.values = new Float32Array(buffer, 0, SUBJECTS_MAX * WIDTH)
    this.seconds = new Uint32Array(buffer, SUBJECTS_MAX * WIDTH * 4, SUBJECTS_MAX)
  }

  /** Where the values of a row begin. */
  static from(row: number): number {
    return row * WIDTH
  }
}
