/** CXB-1 records given to the exchange's own book; orders are named by id or by handle. */
import { assert } from '../../src/kernel/index.ts'
import {
  NONE,
  OrderBook,
  OrderPool,
  type SideBit,
  type TradeListener,
} from '../../src/exchange/index.ts'
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
} from './record.ts'
import { hashTrade, type Result } from './result.ts'

const SYMBOLS_MAX = 65_536

export class BookPlay implements TradeListener {
  readonly result: Result = { trades: 0, volume: 0, h: 0, live: 0 }
  readonly #words: Int32Array
  readonly #books: OrderBook[]
  /** of the order that a record cancels or moves, by record; null: the book looks up its id */
  readonly #handles: Float64Array | null
  #taker = 0

  /** Fresh books for the records; with `handles`, ids are not indexed. */
  constructor(words: Int32Array, handles: Float64Array | null = null) {
    this.#words = words
    this.#handles = handles
    const pool = new OrderPool({ indexed: handles === null })
    this.#books = Array.from({ length: symbolsOf(words) }, () => new OrderBook(pool))
  }
  traded(maker: number, price: number, units: number): void {
    hashTrade(this.result, maker, this.#taker, price, units)
  }
  /** Plays the records from `from` up to `to`. Throws on what is no correct CXB-1 flow. */
  play(from: number, to: number): void {
    for (let record = from; record < to; record++) this.step(record)
  }
  step(record: number): void {
    const words = this.#words
    const at = record * RECORD_WORDS
    const book = this.#books[words[at + SYMBOL]!]!
    const type = words[at]! & 255
    if (type === LIMIT || type === IOC) this.#enter(book, at, type)
    else if (type === CANCEL) book.remove(this.slot(record))
    else if (type === MOVE) {
      this.#taker = words[at + ID]!
      book.move(this.slot(record), words[at + PRICE]!, this)
    } else assert(false, 'a CXB-1 record is of type 1 to 4')
  }
  /** Where the order rests that a record cancels or moves. */
  slot(record: number): number {
    const at = record * RECORD_WORDS
    const book = this.#books[this.#words[at + SYMBOL]!]!
    const handles = this.#handles
    const slot = handles === null ? book.find(this.#words[at + ID]!) : book.slotOf(handles[record]!)
    assert(slot !== NONE, 'the order that a CXB-1 record names rests')
    return slot
  }
  /** Handle of the order that a record cancels or moves. */
  handle(record: number): number {
    const symbol = this.#words[record * RECORD_WORDS + SYMBOL]!
    return this.#books[symbol]!.handle(this.slot(record))
  }
  /** Takes every order out. */
  clear(): void {
    for (const book of this.#books) {
      for (const side of [0, 1] as const) {
        for (let slot = book.first(side); slot !== NONE; slot = book.first(side)) book.remove(slot)
      }
    }
  }
  /** What the trades came to, and what rests now. */
  finish(): Result {
    this.result.live = this.#books.reduce((sum, book) => sum + restingIn(book), 0)
    return this.result
  }

  #enter(book: OrderBook, at: number, type: number): void {
    const words = this.#words
    const side = sideOf(words[at]!)
    const id = words[at + ID]!
    const price = words[at + PRICE]!
    this.#taker = id
    const left = book.match(side, price, words[at + UNITS]!, this)
    if (type === LIMIT && left > 0) book.rest(side, price, left, id, words[at + OWNER]!)
  }
}

/** The handles by which a venue that issues them would be told of orders, by record. */
export function handlesOf(words: Int32Array): Float64Array {
  const records = words.length / RECORD_WORDS
  const handles = new Float64Array(records)
  const play = new BookPlay(words)
  for (let record = 0; record < records; record++) {
    const type = words[record * RECORD_WORDS]! & 255
    if (type === CANCEL || type === MOVE) handles[record] = play.handle(record)
    play.step(record)
  }
  return handles
}

function symbolsOf(words: Int32Array): number {
  let last = 0
  for (let at = SYMBOL; at < words.length; at += RECORD_WORDS)
    last = Math.max(last, words[at]! >>> 0)
  assert(last < SYMBOLS_MAX, `a CXB-1 flow has at most ${SYMBOLS_MAX} symbols`)
  return last + 1
}
function sideOf(head: number): SideBit {
  return head >>> 8 === 0 ? 0 : 1
}
function restingIn(book: OrderBook): number {
  let count = 0
  for (const side of [0, 1] as const) {
    for (let slot = book.first(side); slot !== NONE; slot = book.next(slot)) count++
  }
  return count
}
