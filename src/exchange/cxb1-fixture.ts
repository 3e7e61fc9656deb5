/**
 * For tests: the common workload CXB-1 of spec/engine.md section 2, its commands made one by one
 * against the book that is under test, which tells the generator which orders rest.
 */
import { Prng } from '../kernel/index.ts'

/** One price-time book, as the workload knows it. Ids are order ids; a trade is reported at once. */
export interface CxbBook {
  /** Enters a limit order; `rests` is false for IOC. */
  enter(order: CxbOrder, rests: boolean): void
  cancel(id: number): void
  /** New price for what remains, priority lost. */
  move(id: number, price: number): void
}
export interface CxbOrder {
  readonly id: number
  readonly side: 'buy' | 'sell'
  readonly price: number
  readonly units: number
}
export interface CxbResult {
  trades: number
  volume: number
  h: number
  live: number
}

const P = 0x01000193

export class CxbRun {
  readonly result: CxbResult = { trades: 0, volume: 0, h: 0, live: 0 }
  readonly #prng: Prng
  readonly #resting: number[] = []
  readonly #place = new Map<number, number>()
  readonly #sides = new Map<number, 'buy' | 'sell'>()
  #nextId = 0
  #mid = 100_000
  #taker = 0

  constructor(seed: number) {
    this.#prng = new Prng(seed)
  }
  /** Called by the book for each trade, in order. */
  readonly traded = (maker: number, price: number, units: number, makerDone: boolean): void => {
    const { result } = this
    result.trades++
    result.volume += units
    let h = Math.imul(result.h ^ maker, P)
    h = Math.imul(h ^ this.#taker, P)
    h = Math.imul(h ^ price, P)
    result.h = Math.imul(h ^ units, P) >>> 0
    if (makerDone) this.#drop(maker)
  }
  /** Called by the book when the taker's remainder rests. */
  readonly rested = (id: number): void => {
    this.#place.set(id, this.#resting.length)
    this.#resting.push(id)
  }

  /** One symbol: `prefill` limit orders, then `commands` of the standard or the moving mix. */
  run(book: CxbBook, prefill: number, commands: number, mix: 'std' | 'move'): CxbResult {
    for (let i = 0; i < prefill; i++) this.#limit(book)
    Object.assign(this.result, { trades: 0, volume: 0, h: 0 })
    for (let i = 0; i < commands; i++) this.#command(book, prefill, mix)
    this.result.live = this.#resting.length
    return this.result
  }

  #command(book: CxbBook, prefill: number, mix: 'std' | 'move'): void {
    const prng = this.#prng
    if (prng.next() >>> 26 === 0) this.#mid += (prng.next() & 1) === 1 ? 1 : -1
    const r = prng.below(100)
    const few = this.#resting.length < prefill / 2
    const [limits, iocs, cancels] = mix === 'std' ? [50, 60, 100] : [9, 12, 18]
    if (r < limits || few) this.#limit(book)
    else if (r < iocs) this.#ioc(book)
    else if (r < cancels) this.#cancel(book)
    else this.#move(book)
  }
  #limit(book: CxbBook): void {
    const side = (this.#prng.next() & 1) === 0 ? 'buy' : 'sell'
    const price = this.#price(side)
    const units = 1 + this.#prng.below(100)
    this.#prng.below(1_000)
    this.#enter(book, side, price, units, true)
  }
  #ioc(book: CxbBook): void {
    const side = (this.#prng.next() & 1) === 0 ? 'buy' : 'sell'
    const units = 1 + this.#prng.below(100)
    this.#prng.below(1_000)
    this.#enter(book, side, side === 'buy' ? this.#mid + 50 : this.#mid - 50, units, false)
  }
  #enter(book: CxbBook, side: 'buy' | 'sell', price: number, units: number, rests: boolean): void {
    const id = ++this.#nextId
    this.#taker = id
    this.#sides.set(id, side)
    book.enter({ id, side, price, units }, rests)
  }
  #cancel(book: CxbBook): void {
    if (this.#resting.length === 0) return
    const id = this.#resting[this.#prng.below(this.#resting.length)]!
    this.#drop(id)
    book.cancel(id)
  }
  #move(book: CxbBook): void {
    const id = this.#resting[this.#prng.below(this.#resting.length)]!
    this.#drop(id)
    this.#taker = id
    book.move(id, this.#price(this.#sides.get(id)!))
  }
  #price(side: 'buy' | 'sell'): number {
    let g = 0
    while (this.#prng.next() >>> 28 !== 0 && g < 255) g++
    return side === 'buy' ? this.#mid - 1 - g : this.#mid + 1 + g
  }
  /** Swap with the last, as the workload says. */
  #drop(id: number): void {
    const at = this.#place.get(id)!
    const last = this.#resting.pop()!
    this.#place.delete(id)
    if (last === id) return
    this.#resting[at] = last
    this.#place.set(last, at)
  }
}
