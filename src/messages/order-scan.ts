/** What became of an order, read off its encoded event record: the rest of the record is passed over. */
import { CodecError, Reader, skip, text } from '../kernel/index.ts'
import { event } from './event.ts'
import { IDENTITY_BYTES } from './record.ts'
import type { RecordBytes } from './record-batch.ts'
import { ByteCursor } from './byte-cursor.ts'
import { passEntry, passPlaced } from './pass-event.ts'
import { orderEnd, orderStatus, type OrderEnd, type OrderStatus } from './vocabulary.ts'

export interface OrderFacts {
  /** why it was refused; null when it was accepted */
  readonly code: string | null
  /** 0 when it was refused */
  readonly order: number
  readonly status: OrderStatus | null
  readonly end: OrderEnd | null
  /** units that the order took as it was placed, and the sum of their ticks x units */
  readonly filledUnits: number
  readonly filledTickUnits: number
  readonly remainingUnits: number
}

const codeText = text(48)
const { OrderPlaced, OrderFilled, OrderEnded, TradeExecuted, NeedWaiting, EntryPosted } =
  event.cases

/**
 * Reads one record after another, most of them out of the same bytes. Its fields are the facts of the
 * record that was read last: an object of them for each of many orders is garbage.
 */
export class OrderScan implements OrderFacts {
  /** when it was executed, microseconds */
  timeUs = 0
  /** orders that it ended, this one or others */
  endings = 0
  code: string | null = null
  order = 0
  status: OrderStatus | null = null
  end: OrderEnd | null = null
  filledUnits = 0
  filledTickUnits = 0
  remainingUnits = 0
  readonly #cursor = new ByteCursor()

  /**
   * Of the command that placed an order of so many `units`, or (null) of one that cancelled an order.
   * Throws CodecError for what is no event record.
   */
  facts(record: RecordBytes, units: number | null): OrderFacts {
    return this.read(record.bytes, record.from, record.until, units)
  }

  /** The same of the record that lies in `bytes` from `from` to `until`. */
  read(bytes: Uint8Array, from: number, until: number, units: number | null): OrderFacts {
    const cursor = this.#cursor
    cursor.start(bytes, from, until)
    this.endings = 0
    this.code = null
    this.order = 0
    this.status = units === null ? null : 'open'
    this.end = null
    this.filledUnits = 0
    this.filledTickUnits = 0
    this.remainingUnits = units ?? 0
    cursor.varint()
    this.timeUs = cursor.varint()
    cursor.pass(IDENTITY_BYTES)
    cursor.pass(cursor.varint())
    if (cursor.u8() === 1) return this.#refused()
    for (let left = cursor.varint(); left > 0; left--) {
      this.#event(cursor, units)
      // A count that is wrong must not be counted down to its end.
      if (cursor.isOver) break
    }
    if (cursor.isOver) throw new CodecError('unexpected end of bytes')
    return this
  }

  #refused(): OrderFacts {
    this.status = null
    this.remainingUnits = 0
    this.code = this.#slowly((reader) => codeText.read(reader))
    return this
  }

  #event(cursor: ByteCursor, units: number | null): void {
    const at = cursor.at
    const number = cursor.u16()
    if (number === EntryPosted[0]) passEntry(cursor)
    else if (number === OrderPlaced[0]) {
      const order = cursor.varint()
      if (this.order === 0 && units !== null) this.order = order
      passPlaced(cursor)
    } else if (number === OrderEnded[0]) this.#ended(cursor, units)
    else if (number === OrderFilled[0]) this.#filled(cursor)
    else if (number === TradeExecuted[0]) this.#traded(cursor)
    else if (number === NeedWaiting[0]) this.#waiting()
    else {
      cursor.at = at
      this.#slowly((reader) => skip(event, reader))
    }
  }

  #ended(cursor: ByteCursor, units: number | null): void {
    const order = cursor.varint()
    const status = cursor.word(orderStatus.values)
    const end = cursor.word(orderEnd.values)
    if (cursor.u8() === 1) cursor.pass(cursor.varint())
    const remainingUnits = cursor.u32()
    this.endings++
    if (units === null && this.order === 0) this.order = order
    if (order !== this.order) return
    this.status = status
    this.end = end
    this.remainingUnits = remainingUnits
  }

  #filled(cursor: ByteCursor): void {
    const order = cursor.varint()
    cursor.u32()
    const remainingUnits = cursor.u32()
    const status = cursor.word(orderStatus.values)
    if (order !== this.order || this.end !== null) return
    this.status = status
    this.remainingUnits = remainingUnits
  }

  #traded(cursor: ByteCursor): void {
    cursor.varint()
    cursor.u32()
    const priceTicks = cursor.u32()
    const units = cursor.u32()
    cursor.u8()
    const buyOrder = cursor.varint()
    const sellOrder = cursor.varint()
    // Both accounts and the node.
    cursor.pass(12)
    cursor.varint()
    if (buyOrder !== this.order && sellOrder !== this.order) return
    this.filledUnits += units
    this.filledTickUnits += priceTicks * units
  }

  #waiting(): void {
    const waiting = this.#slowly((reader) => NeedWaiting[1].read(reader))
    if (waiting.order === this.order && this.status === 'open') this.status = 'pending'
  }

  /** By the codecs, from where the cursor is on: for what is rare. */
  #slowly<T>(read: (reader: Reader) => T): T {
    const cursor = this.#cursor
    const reader = new Reader(cursor.bytes)
    reader.seek(cursor.at)
    const value = read(reader)
    cursor.at = reader.position
    return value
  }
}
