/**
 * Price-time matching as one would explain it: a list of orders at each price, oldest first. It is
 * the oracle of CXB-1 and shares no code with the exchange's book.
 */
interface Resting {
  readonly id: number
  units: number
}
/** Called for each trade, in order; `done` when nothing of the maker is left. */
export type Traded = (maker: number, price: number, units: number, done: boolean) => void

export class NaiveMatcher {
  readonly #traded: Traded
  /** by side (0 buys, 1 sells), then price */
  readonly #queues = [new Map<number, Resting[]>(), new Map<number, Resting[]>()] as const
  /** no order of the side has a better price */
  readonly #best = [0, 0]

  constructor(traded: Traded) {
    this.#traded = traded
  }
  /** Trades at `price` or better; returns the units left. */
  match(side: 0 | 1, price: number, units: number): number {
    const other = side === 0 ? 1 : 0
    let left = units
    while (left > 0) {
      const best = this.#bestOf(other)
      if (best === null || (side === 0 ? best > price : best < price)) break
      left = this.#take(other, best, left)
    }
    return left
  }
  /** At the back of its price. */
  rest(side: 0 | 1, price: number, id: number, units: number): void {
    const queues = this.#queues[side]
    const best = this.#best[side] ?? 0
    if (queues.size === 0 || (side === 0 ? price > best : price < best)) this.#best[side] = price
    const queue = queues.get(price)
    if (queue === undefined) queues.set(price, [{ id, units }])
    else queue.push({ id, units })
  }
  /** Takes an order out; returns the units that it had left. */
  remove(side: 0 | 1, price: number, id: number): number {
    const queue = this.#queues[side].get(price) ?? []
    const at = queue.findIndex((each) => each.id === id)
    const [gone] = queue.splice(at, 1)
    if (queue.length === 0) this.#queues[side].delete(price)
    return gone?.units ?? 0
  }

  #take(side: 0 | 1, price: number, units: number): number {
    const queue = this.#queues[side].get(price) ?? []
    let left = units
    let done = 0
    for (const maker of queue) {
      if (left === 0) break
      const traded = Math.min(left, maker.units)
      maker.units -= traded
      left -= traded
      if (maker.units === 0) done++
      this.#traded(maker.id, price, traded, maker.units === 0)
    }
    queue.splice(0, done)
    if (queue.length === 0) this.#queues[side].delete(price)
    return left
  }
  /** Prices are next to each other, so the next best is found by walking away from the last. */
  #bestOf(side: 0 | 1): number | null {
    const queues = this.#queues[side]
    if (queues.size === 0) return null
    let best = this.#best[side] ?? 0
    while (!queues.has(best)) best += side === 0 ? -1 : 1
    this.#best[side] = best
    return best
  }
}
