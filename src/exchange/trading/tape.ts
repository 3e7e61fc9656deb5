/** Ids of the last trades of each instrument, in rings. */
export class Tape {
  readonly #kept: number
  #rings: ({ readonly ids: number[]; next: number } | undefined)[] = []

  /** `kept` trades are remembered of an instrument. */
  constructor(kept: number) {
    this.#kept = kept
  }

  /** Adds a trade; answers the one that is forgotten for it, or null. */
  add(instrument: number, trade: number): number | null {
    const ring = (this.#rings[instrument] ??= { ids: [], next: 0 })
    if (ring.ids.length < this.#kept) {
      ring.ids.push(trade)
      return null
    }
    const oldest = ring.ids[ring.next]!
    ring.ids[ring.next] = trade
    ring.next = (ring.next + 1) % this.#kept
    return oldest
  }
  /** Up to `limit` trades, newest first. */
  newest(instrument: number, limit: number): number[] {
    const ring = this.#rings[instrument]
    if (ring === undefined) return []
    const inOrder = [...ring.ids.slice(ring.next), ...ring.ids.slice(0, ring.next)]
    return inOrder.toReversed().slice(0, limit)
  }
  clear(): void {
    this.#rings = []
  }
}
