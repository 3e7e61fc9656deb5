/**
 * How long to measure: `runs` runs of `runMs` for each quantity, fewer than five of which rate nothing.
 * Of processors and memory up to `mostRuns` are taken where runs scatter: a neighbour that disturbs one
 * of five is one of 25 then, and a machine that is never steady still is not.
 */
export interface Effort {
  readonly runs: number
  readonly mostRuns: number
  readonly runMs: number
}
export const EFFORT: Effort = { runs: 5, mostRuns: 25, runMs: 120 }
/** A look in a second or two: it says of itself that it rates nothing. */
export const QUICK: Effort = { runs: 2, mostRuns: 2, runMs: 40 }
