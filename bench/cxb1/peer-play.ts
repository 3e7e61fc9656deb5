/** CXB-1 records given to the peer, the npm package nodejs-order-book. */
import { OrderBook, Side, type IProcessOrder, type LimitOrderOptions } from 'nodejs-order-book'
import { assert } from '../../src/kernel/index.ts'
import { CANCEL, ID, IOC, MOVE, PRICE, RECORD_WORDS, SYMBOL, UNITS } from './record.ts'

export const PEER = 'nodejs-order-book 10.1.1 (matching only)'
// Its enum of these words is not exported.
const GTC = 'GTC' as NonNullable<LimitOrderOptions['timeInForce']>
const AT_ONCE = 'IOC' as NonNullable<LimitOrderOptions['timeInForce']>

export class PeerPlay {
  trades = 0
  readonly #words: Int32Array
  readonly #books: OrderBook[] = []

  constructor(words: Int32Array) {
    this.#words = words
  }
  /** Plays the records from `from` up to `to`. */
  play(from: number, to: number): void {
    for (let record = from; record < to; record++) this.step(record)
  }
  step(record: number): void {
    const words = this.#words
    const at = record * RECORD_WORDS
    const book = (this.#books[words[at + SYMBOL] ?? 0] ??= new OrderBook())
    const head = words[at] ?? 0
    const type = head & 255
    const id = String(words[at + ID])
    const price = words[at + PRICE] ?? 0
    const size = words[at + UNITS] ?? 0
    if (type === CANCEL) book.cancel(id)
    else if (type === MOVE) this.#count(book.modify(id, { price, size }), id)
    else {
      const side = head >>> 8 === 0 ? Side.BUY : Side.SELL
      const timeInForce = type === IOC ? AT_ONCE : GTC
      this.#count(book.limit({ id, side, size, price, timeInForce }), id)
    }
  }

  #count({ done, partial, err }: IProcessOrder, taker: string): void {
    // An IOC order that finds nothing is told as an error by this package.
    assert(err === null || err.message.includes('IOC'), err?.message ?? '')
    for (const { id } of done) if (id !== taker) this.trades++
    if (partial !== null && partial.id !== taker) this.trades++
  }
}
