/** What became of an order, read off its encoded event record: the rest of the record is passed over. */
import { Reader, skip, text } from '../kernel/index.ts'
import { event } from './event.ts'
import { IDENTITY_BYTES } from './record.ts'
import type { RecordBytes } from './record-batch.ts'
import type { OrderEnd, OrderStatus } from './vocabulary.ts'

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

const kindText = text(48)
const codeText = text(48)
const { OrderPlaced, OrderFilled, OrderEnded, TradeExecuted, NeedWaiting } = event.cases
const REFUSED: Omit<OrderFacts, 'code'> = {
  order: 0,
  status: null,
  end: null,
  filledUnits: 0,
  filledTickUnits: 0,
  remainingUnits: 0,
}

/** Reads one record after another, most of them out of the same bytes. */
export class OrderScan {
  #bytes: Uint8Array = new Uint8Array(0)
  #reader = new Reader(this.#bytes)

  /**
   * Of the command that placed an order of so many `units`, or (null) of one that cancelled an order.
   * Throws CodecError for what is no event record.
   */
  facts(record: RecordBytes, units: number | null): OrderFacts {
    const reader = this.#begin(record)
    if (reader.u8() === 1) {
      const code = codeText.read(reader)
      return { ...REFUSED, code }
    }
    let order = 0
    let status: OrderStatus | null = units === null ? null : 'open'
    let end: OrderEnd | null = null
    let filledUnits = 0
    let filledTickUnits = 0
    let remainingUnits = units ?? 0
    for (let left = reader.varint(); left > 0; left--) {
      const at = reader.position
      const number = reader.u16()
      if (number === TradeExecuted[0]) {
        const trade = TradeExecuted[1].read(reader)
        if (trade.buyOrder !== order && trade.sellOrder !== order) continue
        filledUnits += trade.units
        filledTickUnits += trade.priceTicks * trade.units
      } else if (number === OrderPlaced[0] && order === 0 && units !== null) {
        const from = reader.position
        order = reader.varint()
        reader.seek(from)
        skip(OrderPlaced[1], reader)
      } else if (number === OrderFilled[0]) {
        const filled = OrderFilled[1].read(reader)
        if (filled.order !== order || end !== null) continue
        status = filled.status
        remainingUnits = filled.remainingUnits
      } else if (number === OrderEnded[0]) {
        const ended = OrderEnded[1].read(reader)
        if (units === null && order === 0) order = ended.order
        if (ended.order !== order) continue
        status = ended.status
        end = ended.end
        remainingUnits = ended.remainingUnits
      } else if (number === NeedWaiting[0]) {
        const waiting = NeedWaiting[1].read(reader)
        if (waiting.order === order && status === 'open') status = 'pending'
      } else {
        reader.seek(at)
        skip(event, reader)
      }
    }
    return { code: null, order, status, end, filledUnits, filledTickUnits, remainingUnits }
  }

  /** Goes to the outcome of a record. */
  #begin({ bytes, from }: RecordBytes): Reader {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes
      this.#reader = new Reader(bytes)
    }
    const reader = this.#reader
    reader.seek(from)
    reader.varint()
    reader.varint()
    reader.pass(IDENTITY_BYTES)
    skip(kindText, reader)
    return reader
  }
}
