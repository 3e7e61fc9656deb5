/** The common workload CXB-1 of spec/engine.md section 2, with what must come of it. */
import { assert, Prng } from '../../src/kernel/index.ts'
import { NaiveMatcher } from './naive-matcher.ts'
import { CANCEL, head, IOC, LIMIT, MOVE, RECORD_WORDS } from './record.ts'
import { hashTrade, type Result } from './result.ts'

export type Mix = 'std' | 'move'

export interface Workload {
  readonly symbols: number
  /** limit orders of each symbol before anything is timed, at least one */
  readonly prefill: number
  readonly commands: number
  readonly seed: number
  readonly mix: Mix
}
export interface Generated {
  /** all records: symbols x prefill limit orders, then the commands */
  readonly words: Int32Array
  /** what a correct book makes of them */
  readonly result: Result
}

/** Of 100 draws, those below are limit, IOC, cancel, move in turn. */
const SHARES = { std: [50, 60, 100, 100], move: [9, 12, 18, 100] } as const
const IOC_REACH = 50
const MID = 100_000
const OWNERS = 1_000
const UNITS_MAX = 100
const RECORDS_MAX = 2 ** 26

export function generate(workload: Workload): Generated {
  return new Generator(workload).run()
}

interface Book {
  readonly matcher: NaiveMatcher
  /** ids in the order that swapping with the last leaves */
  readonly resting: number[]
  mid: number
}

class Generator {
  readonly #workload: Workload
  readonly #prng: Prng
  readonly #books: Book[]
  readonly #words: Int32Array
  readonly #result: Result = { trades: 0, volume: 0, h: 0, live: 0 }
  /** by id: side, price, and index in `resting` */
  readonly #sides: Uint8Array
  readonly #prices: Int32Array
  readonly #places: Int32Array
  #records = 0
  #lastId = 0
  #taker = 0

  constructor(workload: Workload) {
    const { symbols, prefill, commands, seed } = workload
    const records = symbols * prefill + commands
    for (const each of [symbols, prefill]) {
      assert(Number.isInteger(each) && each >= 1, 'CXB-1: symbols and prefill are at least 1')
    }
    assert(Number.isInteger(commands) && commands >= 0, 'CXB-1: the commands are a number')
    assert(records <= RECORDS_MAX, `CXB-1: at most ${RECORDS_MAX} records`)
    this.#workload = workload
    this.#prng = new Prng(seed)
    this.#books = Array.from({ length: symbols }, () => this.#newBook())
    this.#words = new Int32Array(records * RECORD_WORDS)
    this.#sides = new Uint8Array(records + 1)
    this.#prices = new Int32Array(records + 1)
    this.#places = new Int32Array(records + 1)
  }

  run(): Generated {
    const { symbols, prefill, commands } = this.#workload
    for (let symbol = 0; symbol < symbols; symbol++) {
      for (let i = 0; i < prefill; i++) this.#limit(symbol)
    }
    Object.assign(this.#result, { trades: 0, volume: 0, h: 0 })
    for (let i = 0; i < commands; i++) this.#command()
    this.#result.live = this.#books.reduce((sum, { resting }) => sum + resting.length, 0)
    return { words: this.#words, result: this.#result }
  }

  #newBook(): Book {
    const resting: number[] = []
    const matcher = new NaiveMatcher((maker, price, units, done) => {
      hashTrade(this.#result, maker, this.#taker, price, units)
      if (done) this.#drop(resting, maker)
    })
    return { matcher, resting, mid: MID }
  }
  #command(): void {
    const { symbols, prefill, mix } = this.#workload
    const prng = this.#prng
    const symbol = symbols === 1 ? 0 : Math.min(prng.below(symbols), prng.below(symbols))
    const book = this.#book(symbol)
    if (prng.next() >>> 26 === 0) book.mid += (prng.next() & 1) === 1 ? 1 : -1
    const r = prng.below(100)
    const [limits, iocs, cancels] = SHARES[mix]
    if (r < limits || book.resting.length < prefill / 2) this.#limit(symbol)
    else if (r < iocs) this.#ioc(symbol)
    else if (r < cancels) this.#cancel(symbol)
    else this.#move(symbol)
  }
  #limit(symbol: number): void {
    const side = this.#side()
    const price = this.#price(symbol, side)
    this.#enter(LIMIT, symbol, side, price)
  }
  #ioc(symbol: number): void {
    const side = this.#side()
    const { mid } = this.#book(symbol)
    this.#enter(IOC, symbol, side, side === 0 ? mid + IOC_REACH : mid - IOC_REACH)
  }
  #enter(type: number, symbol: number, side: 0 | 1, price: number): void {
    const units = 1 + this.#prng.below(UNITS_MAX)
    const owner = 1 + this.#prng.below(OWNERS)
    const id = ++this.#lastId
    this.#record(head(type, side), symbol, id, price, units, owner)
    this.#taker = id
    this.#sides[id] = side
    const { matcher, resting } = this.#book(symbol)
    const left = matcher.match(side, price, units)
    if (type === LIMIT && left > 0) this.#rest(matcher, resting, id, price, left)
  }
  #cancel(symbol: number): void {
    const { matcher, resting } = this.#book(symbol)
    if (resting.length === 0) return
    const id = this.#pick(resting)
    this.#record(head(CANCEL, this.#sideOf(id)), symbol, id, 0, 0, 0)
    this.#drop(resting, id)
    matcher.remove(this.#sideOf(id), this.#prices[id] ?? 0, id)
  }
  #move(symbol: number): void {
    const { matcher, resting } = this.#book(symbol)
    const id = this.#pick(resting)
    const side = this.#sideOf(id)
    const price = this.#price(symbol, side)
    this.#taker = id
    this.#drop(resting, id)
    const units = matcher.remove(side, this.#prices[id] ?? 0, id)
    this.#record(head(MOVE, side), symbol, id, price, units, 0)
    const left = matcher.match(side, price, units)
    if (left > 0) this.#rest(matcher, resting, id, price, left)
  }
  #rest(matcher: NaiveMatcher, resting: number[], id: number, price: number, units: number): void {
    this.#prices[id] = price
    this.#places[id] = resting.length
    resting.push(id)
    matcher.rest(this.#sideOf(id), price, id, units)
  }
  /** Swap with the last, as the workload says. */
  #drop(resting: number[], id: number): void {
    const at = this.#places[id] ?? 0
    const last = resting.pop() ?? 0
    if (last === id) return
    resting[at] = last
    this.#places[last] = at
  }

  #side(): 0 | 1 {
    return (this.#prng.next() & 1) === 0 ? 0 : 1
  }
  #price(symbol: number, side: 0 | 1): number {
    let g = 0
    while (this.#prng.next() >>> 28 !== 0 && g < 255) g++
    const { mid } = this.#book(symbol)
    return side === 0 ? mid - 1 - g : mid + 1 + g
  }
  #pick(resting: readonly number[]): number {
    return resting[this.#prng.below(resting.length)] ?? 0
  }
  #sideOf(id: number): 0 | 1 {
    return this.#sides[id] === 0 ? 0 : 1
  }
  #book(symbol: number): Book {
    const book = this.#books[symbol]
    assert(book !== undefined, 'every symbol has a book')
    return book
  }
  #record(
    word: number,
    symbol: number,
    id: number,
    price: number,
    units: number,
    owner: number,
  ): void {
    const sequence = this.#records++
    this.#words.set([word, symbol, id, price, units, owner, sequence, 0], sequence * RECORD_WORDS)
  }
}
