import { COUNT, HEAD, KEY, SIDE, TAIL, type OrderPool } from './order-pool.ts'
import { doubleOf, NONE, wordOf } from './records.ts'

/**
 * The levels of one side as a sorted array with the best price LAST (spec/engine.md section 6):
 * most changes are near the best price, so few entries move. A key is the price with some bits
 * turned over, so that keys are 32-bit integers and the greatest is the best on either side.
 */
export class BookSide {
  readonly #pool: OrderPool
  /** 0 buys, 1 sells */
  readonly side: 0 | 1
  readonly #turned: number
  #keys = new Int32Array(16)
  #levels = new Int32Array(16)
  #size = 0
  /** level with the best price, or NONE */
  best = NONE

  constructor(pool: OrderPool, side: 0 | 1) {
    this.#pool = pool
    this.side = side
    this.#turned = side === 0 ? 0x8000_0000 : 0x7fff_ffff
  }
  get size(): number {
    return this.#size
  }
  /** Key of the best level; the side must not be empty. */
  get bestKey(): number {
    return this.#keys[this.#size - 1]!
  }
  keyOf(price: number): number {
    return price ^ this.#turned
  }
  priceOf(level: number): number {
    return (this.#pool.levels.words[wordOf(level) + KEY]! ^ this.#turned) >>> 0
  }
  /** The level that is `rank` places behind the best; NONE beyond the last. */
  at(rank: number): number {
    return rank < this.#size ? this.#levels[this.#size - 1 - rank]! : NONE
  }
  has(price: number): boolean {
    const key = this.keyOf(price)
    const at = this.#find(key)
    return at < this.#size && this.#keys[at] === key
  }
  /** The level next worse than this one. */
  behind(level: number): number {
    const at = this.#find(this.#pool.levels.words[wordOf(level) + KEY]!) - 1
    return at >= 0 ? this.#levels[at]! : NONE
  }
  /** The level of this price, made when it is not there. */
  need(price: number): number {
    const key = this.keyOf(price)
    const at = this.#find(key)
    if (at < this.#size && this.#keys[at] === key) return this.#levels[at]!
    if (this.#size === this.#keys.length) this.#grow()
    const level = this.#newLevel(key)
    move(this.#keys, at, this.#size, 1)
    move(this.#levels, at, this.#size, 1)
    this.#keys[at] = key
    this.#levels[at] = level
    if (at === this.#size++) this.best = level
    return level
  }
  /** Gives back an empty level. */
  drop(level: number): void {
    if (level === this.best) {
      this.best = this.at(1)
    } else {
      const at = this.#find(this.#pool.levels.words[wordOf(level) + KEY]!)
      move(this.#keys, at + 1, this.#size, -1)
      move(this.#levels, at + 1, this.#size, -1)
    }
    this.#size--
    this.#pool.levels.give(level)
  }

  /** First index whose key is not less. */
  #find(key: number): number {
    const keys = this.#keys
    let low = 0
    let high = this.#size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (keys[middle]! < key) low = middle + 1
      else high = middle
    }
    return low
  }
  #newLevel(key: number): number {
    const level = this.#pool.levels.take()
    const { words, doubles } = this.#pool.levels
    const at = wordOf(level)
    words[at + HEAD] = NONE
    words[at + TAIL] = NONE
    words[at + COUNT] = 0
    words[at + KEY] = key
    words[at + SIDE] = this.side
    doubles[doubleOf(level)] = 0
    return level
  }
  #grow(): void {
    const keys = new Int32Array(this.#keys.length * 2)
    keys.set(this.#keys)
    this.#keys = keys
    const levels = new Int32Array(this.#levels.length * 2)
    levels.set(this.#levels)
    this.#levels = levels
  }
}

/** A call of copyWithin costs as much as moving so many entries by hand. */
const MOVED_BY_HAND = 32

/** Moves the entries from `from` up to `to` by one place, up or down. */
function move(entries: Int32Array, from: number, to: number, by: 1 | -1): void {
  if (to - from > MOVED_BY_HAND) entries.copyWithin(from + by, from, to)
  else if (by === 1) for (let i = to; i > from; i--) entries[i] = entries[i - 1]!
  else for (let i = from; i < to; i++) entries[i - 1] = entries[i]!
}
