/**
 * One number for each id of a counter, close together in memory: what every order looks at lies in a
 * few cache lines for thousands of members, where rows would be a line or two each.
 */
export class Column {
  readonly #empty: number
  #values: Float64Array
  #size = 0

  /** `empty` is the value of an id that was never set. */
  constructor(empty = 0) {
    this.#empty = empty
    this.#values = new Float64Array(64).fill(empty)
  }
  /** One more than the greatest id that was set. */
  get size(): number {
    return this.#size
  }
  get(id: number): number {
    return id < this.#values.length ? this.#values[id]! : this.#empty
  }
  set(id: number, value: number): void {
    if (id >= this.#values.length) this.#grow(id)
    if (id >= this.#size) this.#size = id + 1
    this.#values[id] = value
  }
  /** So much more. */
  add(id: number, more: number): void {
    if (id < this.#size) this.#values[id]! += more
    else this.set(id, this.get(id) + more)
  }
  clear(): void {
    this.#values = new Float64Array(64).fill(this.#empty)
    this.#size = 0
  }

  #grow(id: number): void {
    let size = this.#values.length
    while (size <= id) size *= 2
    const values = new Float64Array(size).fill(this.#empty, this.#values.length)
    values.set(this.#values)
    this.#values = values
  }
}
