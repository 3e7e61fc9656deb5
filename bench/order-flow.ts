/**
 * The common workload CXB-1 (one symbol, standard mix), made once against a plain price-time book, so
 * that every engine under test gets the same orders and its trades can be compared with the book's.
 */
import { assert, Prng } from '../src/kernel/index.ts'

export type Side = 'buy' | 'sell'
export type Action =
  | {
      readonly kind: 'enter'
      readonly id: number
      readonly side: Side
      readonly price: number
      readonly units: number
      /** false: what does not trade at once is cancelled (IOC) */
      readonly rests: boolean
    }
  | { readonly kind: 'cancel'; readonly id: number; readonly side: Side }

export interface OrderFlow {
  /** limit orders that fill the book before anything is timed */
  readonly prefill: readonly Action[]
  readonly actions: readonly Action[]
  /** of `actions` alone */
  readonly trades: number
  readonly volume: number
}

interface Resting {
  readonly id: number
  units: number
}

/** Share of 100 draws below which a command is a limit order, then IOC; the rest cancels. */
const LIMITS = 50
const IOCS = 60
const IOC_REACH = 50
const MID = 100_000

/** The workload of a seed: `prefill` orders, then `commands`. */
export function orderFlow(prefill: number, commands: number, seed: number): OrderFlow {
  const maker = new FlowMaker(seed)
  const before = Array.from({ length: prefill }, () => maker.limit())
  maker.trades = 0
  maker.volume = 0
  const actions = Array.from({ length: commands }, () => maker.command(prefill))
  const { trades, volume } = maker
  return { prefill: before, actions, trades, volume }
}

class FlowMaker {
  trades = 0
  volume = 0
  readonly #prng: Prng
  readonly #levels = { buy: new Map<number, Resting[]>(), sell: new Map<number, Resting[]>() }
  readonly #resting: number[] = []
  readonly #places = new Map<number, { at: number; side: Side; price: number }>()
  #id = 0
  #mid = MID

  constructor(seed: number) {
    this.#prng = new Prng(seed)
  }

  command(prefill: number): Action {
    const prng = this.#prng
    if (prng.next() >>> 26 === 0) this.#mid += (prng.next() & 1) === 1 ? 1 : -1
    const r = prng.below(100)
    if (r < LIMITS || this.#resting.length < prefill / 2) return this.limit()
    return r < IOCS ? this.#ioc() : this.#cancel()
  }
  limit(): Action {
    const side = this.#side()
    let g = 0
    while (this.#prng.next() >>> 28 !== 0 && g < 255) g++
    return this.#enter(side, side === 'buy' ? this.#mid - 1 - g : this.#mid + 1 + g, true)
  }
  #ioc(): Action {
    const side = this.#side()
    return this.#enter(side, this.#mid + (side === 'buy' ? IOC_REACH : -IOC_REACH), false)
  }
  #side(): Side {
    return (this.#prng.next() & 1) === 0 ? 'buy' : 'sell'
  }
  #cancel(): Action {
    const id = this.#resting[this.#prng.below(this.#resting.length)]
    assert(id !== undefined, 'something rests')
    const { side, price } = this.#drop(id)
    const level = this.#levels[side].get(price) ?? []
    const left = level.filter((each) => each.id !== id)
    if (left.length > 0) this.#levels[side].set(price, left)
    else this.#levels[side].delete(price)
    return { kind: 'cancel', id, side }
  }
  #enter(side: Side, price: number, rests: boolean): Action {
    const units = 1 + this.#prng.below(100)
    // The owner, which one flow for all engines leaves out.
    this.#prng.below(1_000)
    const id = ++this.#id
    const left = this.#match(side, price, units)
    if (rests && left > 0) {
      const level = this.#levels[side].get(price) ?? []
      level.push({ id, units: left })
      this.#levels[side].set(price, level)
      this.#places.set(id, { at: this.#resting.length, side, price })
      this.#resting.push(id)
    }
    return { kind: 'enter', id, side, price, units, rests }
  }
  #match(side: Side, price: number, units: number): number {
    const other = side === 'buy' ? 'sell' : 'buy'
    const levels = this.#levels[other]
    let left = units
    while (left > 0) {
      const prices = [...levels.keys()]
      const best = other === 'sell' ? Math.min(...prices) : Math.max(...prices)
      const level = levels.get(best)
      if (level === undefined || (side === 'buy' ? best > price : best < price)) return left
      const maker = level[0]
      assert(maker !== undefined, 'no empty levels')
      const traded = Math.min(left, maker.units)
      left -= traded
      maker.units -= traded
      this.trades++
      this.volume += traded
      if (maker.units > 0) continue
      level.shift()
      this.#drop(maker.id)
      if (level.length === 0) levels.delete(best)
    }
    return left
  }
  /** Swap with the last, as the workload says. */
  #drop(id: number): { side: Side; price: number } {
    const place = this.#places.get(id)
    const last = this.#resting.pop()
    assert(place !== undefined && last !== undefined, 'it rests')
    this.#places.delete(id)
    if (last !== id) {
      this.#resting[place.at] = last
      const moved = this.#places.get(last)
      assert(moved !== undefined, 'the last rests')
      moved.at = place.at
    }
    return place
  }
}
