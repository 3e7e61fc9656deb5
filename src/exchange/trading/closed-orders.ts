/** Handles of the closed orders that the core remembers, in a ring: the oldest makes room for the newest. */
export class ClosedOrders {
  readonly #handles: Int32Array
  /** of the oldest and of the next to come */
  #oldest = 0
  #next = 0
  #count = 0

  /** At most `kept` orders are remembered. */
  constructor(kept: number) {
    this.#handles = new Int32Array(kept)
  }

  get count(): number {
    return this.#count
  }
  get isFull(): boolean {
    return this.#count === this.#handles.length
  }
  /** The ring must not be full. */
  add(handle: number): void {
    this.#handles[this.#next] = handle
    this.#next = this.#after(this.#next)
    this.#count++
  }
  /** There must be one. */
  oldest(): number {
    return this.#handles[this.#oldest]!
  }
  dropOldest(): void {
    this.#oldest = this.#after(this.#oldest)
    this.#count--
  }
  /** All, oldest first. */
  all(): number[] {
    const size = this.#handles.length
    return Array.from(
      { length: this.#count },
      (_, at) => this.#handles[(this.#oldest + at) % size]!,
    )
  }

  #after(place: number): number {
    return place + 1 === this.#handles.length ? 0 : place + 1
  }
}
