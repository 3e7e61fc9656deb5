import { COUNT, HEAD, indexOf, NONE, SIDE, TAIL, type OrderPool } from './order-pool.ts'

/**
 * The levels of one side as a sorted array with the best price LAST (spec/engine.md section 6):
 * most changes are near the best price, so few entries move. Keys are prices, negated for asks, so
 * that the greatest key is the best on either side.
 */
export class BookSide<T> {
  readonly #pool: OrderPool<T>
  readonly #side: 0 | 1
  #keys = new Float64Array(64)
  #levels = new Int32Array(64)
  #size = 0

  constructor(pool: OrderPool<T>, side: 0 | 1) {
    this.#pool = pool
    this.#side = side
  }
  get size(): number {
    return this.#size
  }
  /** The level that is `rank` places behind the best; NONE beyond the last. */
  at(rank: number): number {
    return rank < this.#size ? this.#levels[this.#size - 1 - rank]! : NONE
  }
  has(price: number): boolean {
    const at = this.#find(price)
    return at < this.#size && this.#keys[at] === this.#key(price)
  }
  /** The level next worse than that of this price. */
  behind(price: number): number {
    const at = this.#find(price) - 1
    return at >= 0 ? this.#levels[at]! : NONE
  }
  /** The level of this price, made when it is not there. */
  need(price: number): number {
    const at = this.#find(price)
    if (at < this.#size && this.#keys[at] === this.#key(price)) return this.#levels[at]!
    if (this.#size === this.#keys.length) this.#grow()
    this.#keys.copyWithin(at + 1, at, this.#size)
    this.#levels.copyWithin(at + 1, at, this.#size)
    const level = this.#newLevel(price)
    this.#keys[at] = this.#key(price)
    this.#levels[at] = level
    this.#size++
    return level
  }
  /** Gives back an empty level. */
  drop(level: number): void {
    const at = this.#find(this.#pool.prices[indexOf(level)]!)
    this.#keys.copyWithin(at, at + 1, this.#size)
    this.#levels.copyWithin(at, at + 1, this.#size)
    this.#size--
    this.#pool.levels.give(level)
  }

  #key(price: number): number {
    return this.#side === 0 ? price : -price
  }
  /** First index whose key is not less. */
  #find(price: number): number {
    const key = this.#key(price)
    let low = 0
    let high = this.#size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#keys[middle]! < key) low = middle + 1
      else high = middle
    }
    return low
  }
  #newLevel(price: number): number {
    const level = this.#pool.levels.take()
    const fields = this.#pool.levels.fields
    fields[level + HEAD] = NONE
    fields[level + TAIL] = NONE
    fields[level + COUNT] = 0
    fields[level + SIDE] = this.#side
    this.#pool.prices[indexOf(level)] = price
    this.#pool.totals[indexOf(level)] = 0
    return level
  }
  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2)
    keys.set(this.#keys)
    this.#keys = keys
    const levels = new Int32Array(this.#levels.length * 2)
    levels.set(this.#levels)
    this.#levels = levels
  }
}
