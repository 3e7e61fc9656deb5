/** How long to measure: `runs` runs of `runMs` for each quantity. Fewer than five runs rate nothing. */
export interface Effort {
  readonly runs: number
  readonly runMs: number
}
export const EFFORT: Effort = { runs: 5, runMs: 120 }
/** A look in a second or two: it says of itself that it rates nothing. */
export const QUICK: Effort = { runs: 2, runMs: 40 }
