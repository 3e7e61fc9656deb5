import type { BatchCounts } from '../metrics.ts'

/** Counts the items of a frame by what became of them. Most of a frame fare alike. */
export class BatchTally {
  readonly counts = new Map<string, BatchCounts>()
  #last = ''
  #lastCounts: BatchCounts = { cancels: 0, buy: 0, sell: 0 }

  /** The counts of those with this result, to be added to. */
  of(result: string): BatchCounts {
    if (result === this.#last) return this.#lastCounts
    let counts = this.counts.get(result)
    if (counts === undefined) {
      counts = { cancels: 0, buy: 0, sell: 0 }
      this.counts.set(result, counts)
    }
    this.#last = result
    this.#lastCounts = counts
    return counts
  }
}
