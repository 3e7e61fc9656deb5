/** The last trades of each instrument, for views: in rings of numbers, oldest overwritten first. */
import { fail, list, type Reader, type Writer } from '../../kernel/index.ts'
import type { AnyTable } from '../table.ts'
import { tradeRow, type TradeRow } from './rows.ts'

const ROWS_MAX = 2 ** 31
/** numbers of a trade */
const STRIDE = 5
const TRADE = 0
const PRICE_TICKS = 1
const UNITS = 2
const TAKER_SELLS = 3
const TIME_US = 4
const FIRST = 16

interface Ring {
  numbers: Float64Array
  count: number
  /** place of the next trade */
  next: number
}

export class Tape {
  readonly #kept: number
  #rings: (Ring | undefined)[] = []
  readonly table = this.#table()

  /** `kept` trades are remembered of an instrument. */
  constructor(kept: number) {
    this.#kept = kept
  }

  add(
    instrument: number,
    trade: number,
    priceTicks: number,
    units: number,
    takerSells: boolean,
    timeUs: number,
  ): void {
    const ring = this.#rings[instrument] ?? this.#newRing(instrument)
    if (ring.next * STRIDE === ring.numbers.length) this.#grow(ring)
    const { numbers, next } = ring
    const at = next * STRIDE
    numbers[at + TRADE] = trade
    numbers[at + PRICE_TICKS] = priceTicks
    numbers[at + UNITS] = units
    numbers[at + TAKER_SELLS] = takerSells ? 1 : 0
    numbers[at + TIME_US] = timeUs
    if (ring.count < this.#kept) ring.count++
    ring.next = next + 1 === this.#kept ? 0 : next + 1
  }
  last(instrument: number): TradeRow | undefined {
    return this.newest(instrument, 1)[0]
  }
  /** Up to `limit` trades, newest first. */
  newest(instrument: number, limit: number): TradeRow[] {
    const ring = this.#rings[instrument]
    if (ring === undefined) return []
    const rows: TradeRow[] = []
    for (let back = 1; back <= Math.min(limit, ring.count); back++) {
      // Only a full ring has something behind the place of the next.
      const place = ring.next - back
      rows.push(rowAt(instrument, ring.numbers, place < 0 ? place + this.#kept : place))
    }
    return rows
  }
  clear(): void {
    this.#rings = []
  }

  #newRing(instrument: number): Ring {
    const ring = { numbers: new Float64Array(FIRST * STRIDE), count: 0, next: 0 }
    return (this.#rings[instrument] = ring)
  }
  #grow(ring: Ring): void {
    const places = Math.min(this.#kept, (ring.numbers.length / STRIDE) * 2)
    const numbers = new Float64Array(places * STRIDE)
    numbers.set(ring.numbers)
    ring.numbers = numbers
  }
  /** In the order of trades, whatever they are in: that is the only encoding. */
  #rows(): TradeRow[] {
    return this.#rings
      .flatMap((_ring, instrument) => this.newest(instrument, this.#kept))
      .sort((a, b) => a.trade - b.trade)
  }
  #load(rows: readonly TradeRow[]): void {
    this.clear()
    let before = -1
    for (const { trade, instrument, priceTicks, units, takerSide, timeUs } of rows) {
      if (trade <= before) fail(`trades ${trade} after ${before}`)
      this.add(instrument, trade, priceTicks, units, takerSide === 'sell', timeUs)
      before = trade
    }
  }
  #table(): AnyTable {
    const codec = list(tradeRow, ROWS_MAX)
    return {
      name: 'trades',
      codec: codec as unknown as AnyTable['codec'],
      rows: () => this.#rows(),
      load: (rows) => this.#load(rows),
      write: (writer: Writer) => codec.write(writer, this.#rows()),
      read: (reader: Reader) => this.#load(codec.read(reader)),
    }
  }
}

function rowAt(instrument: number, numbers: Float64Array, place: number): TradeRow {
  const at = place * STRIDE
  return {
    trade: numbers[at + TRADE]!,
    instrument,
    priceTicks: numbers[at + PRICE_TICKS]!,
    units: numbers[at + UNITS]!,
    takerSide: numbers[at + TAKER_SELLS] === 1 ? 'sell' : 'buy',
    timeUs: numbers[at + TIME_US]!,
  }
}
