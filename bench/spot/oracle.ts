/**
 * What an exchange that never lets an owner trade with itself makes of a CXB-1 flow: price-time
 * matching by lists, where a maker of the taker's own owner is expired and the taker goes on.
 */
import {
  CANCEL,
  ID,
  IOC,
  LIMIT,
  MOVE,
  OWNER,
  PRICE,
  RECORD_WORDS,
  SYMBOL,
  UNITS,
} from '../cxb1/record.ts'
import { hashTrade, type Result } from '../cxb1/result.ts'

export interface SpotResult extends Result {
  /** makers that ended because their owner met itself */
  expired: number
  /** cancels and moves of orders that had ended so */
  missed: number
}

interface Resting {
  readonly id: number
  readonly owner: number
  readonly side: 0 | 1
  readonly symbol: number
  price: number
  units: number
}

export class SpotOracle {
  readonly result: SpotResult = { trades: 0, volume: 0, h: 0, live: 0, expired: 0, missed: 0 }
  /** by symbol * 2 + side, then price */
  readonly #queues: Map<number, Resting[]>[] = []
  readonly #orders = new Map<number, Resting>()

  /** Plays one record; prefill records count like the others until `restart`. */
  play(words: Int32Array, record: number): void {
    const at = record * RECORD_WORDS
    const [head = 0] = words.subarray(at, at + 1)
    const type = head & 255
    const id = words[at + ID] ?? 0
    if (type === LIMIT || type === IOC) {
      const side = head >>> 8 === 0 ? 0 : 1
      const [symbol = 0, price = 0] = [words[at + SYMBOL], words[at + PRICE]]
      const [units = 0, owner = 0] = [words[at + UNITS], words[at + OWNER]]
      this.#enter({ id, owner, side, symbol, price, units }, type === LIMIT)
      return
    }
    const order = this.#orders.get(id)
    if (order === undefined) this.result.missed++
    else if (type === CANCEL) this.#remove(order)
    else if (type === MOVE) {
      this.#remove(order)
      this.#enter({ ...order, price: words[at + PRICE] ?? 0 }, true)
    }
  }
  /** Counts from nothing; what rests stays. */
  restart(): void {
    Object.assign(this.result, { trades: 0, volume: 0, h: 0, expired: 0, missed: 0 })
  }
  finish(): SpotResult {
    this.result.live = this.#orders.size
    return this.result
  }

  #enter(order: Resting, rests: boolean): void {
    while (order.units > 0) {
      const maker = this.#best(order.symbol, order.side === 0 ? 1 : 0)
      if (maker === null) break
      if (order.side === 0 ? maker.price > order.price : maker.price < order.price) break
      if (maker.owner === order.owner) {
        this.result.expired++
        this.#remove(maker)
        continue
      }
      const units = Math.min(order.units, maker.units)
      hashTrade(this.result, maker.id, order.id, maker.price, units)
      order.units -= units
      maker.units -= units
      if (maker.units === 0) this.#remove(maker)
    }
    if (!rests || order.units === 0) return
    this.#orders.set(order.id, order)
    const queues = this.#side(order.symbol, order.side)
    const queue = queues.get(order.price)
    if (queue === undefined) queues.set(order.price, [order])
    else queue.push(order)
  }
  #best(symbol: number, side: 0 | 1): Resting | null {
    const queues = this.#side(symbol, side)
    if (queues.size === 0) return null
    const prices = queues.keys()
    let best: number | null = null
    for (const price of prices) {
      if (best === null || (side === 0 ? price > best : price < best)) best = price
    }
    return queues.get(best ?? 0)?.[0] ?? null
  }
  #remove(order: Resting): void {
    this.#orders.delete(order.id)
    const queues = this.#side(order.symbol, order.side)
    const left = queues.get(order.price)?.filter((each) => each !== order) ?? []
    if (left.length > 0) queues.set(order.price, left)
    else queues.delete(order.price)
  }
  #side(symbol: number, side: 0 | 1): Map<number, Resting[]> {
    return (this.#queues[symbol * 2 + side] ??= new Map())
  }
}
