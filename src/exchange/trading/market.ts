/** State of the trading desk: orders, offers and trades as rows; books and indexes derived. */
import { assert, US_PER_SECOND } from '../../kernel/index.ts'
import { Table, type AnyTable, type Counters, type Sequence, type Stateful } from '../table.ts'
import { Book } from './book.ts'
import { IdIndex } from './id-index.ts'
import { OrderLists } from './order-lists.ts'
import { ORDER_WORDS } from './order-cells.ts'
import { NEXT, NONE, OrderPool, PREV } from './order-pool.ts'
import { SLOT } from './order-record.ts'
import { Orders } from './orders.ts'
import { offerRow, type OrderRow, switchRow, type OfferRow, type SwitchRow } from './rows.ts'
import { wordOf } from './records.ts'
import { Tape } from './tape.ts'

/** Closed orders that the core remembers; older ones live in the read models. */
const CLOSED_KEPT = 100_000
const CLOSED_KEPT_US = 86_400 * US_PER_SECOND
const TRADES_KEPT = 1_000

export class Market implements Stateful {
  /** the open ones rest in a book or are standing needs */
  readonly orders = new Orders(CLOSED_KEPT)
  readonly offers = new Table<OfferRow>('offers', offerRow, (r) => r.offer)
  readonly tape = new Tape(TRADES_KEPT)
  readonly switches = new Table<SwitchRow>('cancelAfter', switchRow, (r) => r.account)
  readonly tables = [
    ...this.orders.tables,
    this.offers,
    this.tape.table,
    this.switches,
  ] as unknown as AnyTable[]

  /** handles of an account's open orders */
  readonly openOf = new OrderLists()
  readonly offersOn = new IdIndex()
  /** handles of the one-shot sell orders of a node */
  readonly sellsOn = new OrderLists()
  readonly needsOf = new IdIndex()
  readonly #priorities: Sequence
  readonly orderIds: Sequence
  readonly tradeIds: Sequence
  #pool = new OrderPool()
  #books: (Book | undefined)[] = []
  #labels = new Map<string, number>()

  constructor(counters: Counters) {
    this.#priorities = counters.sequence('priority')
    this.orderIds = counters.sequence('order')
    this.tradeIds = counters.sequence('trade')
  }

  book(instrument: number): Book {
    return (this.#books[instrument] ??= new Book(this.#pool))
  }
  /** Open orders of an instrument; the one that was given may end before the next is asked for. */
  *ordersOf(instrument: number): Generator<OrderRow> {
    const book = this.book(instrument)
    for (const side of ['sell', 'buy'] as const) {
      let slot = book.first(side)
      while (slot !== NONE) {
        const next = book.next(slot)
        yield this.orders.byHandle(book.handle(slot))
        slot = next
      }
    }
    for (const id of this.needsOf.of(instrument)) yield this.orders.must(id)
  }
  /** The orders of a list of handles. */
  rowsOf(handles: readonly number[]): OrderRow[] {
    return handles.map((handle) => this.orders.byHandle(handle))
  }
  /** Order with this label: the open one, else the last closed one still remembered. */
  byLabel(account: number, label: string): OrderRow | undefined {
    const id = this.#labels.get(labelKey(account, label))
    return id === undefined ? undefined : this.find(id)
  }
  find(order: number): OrderRow | undefined {
    return this.orders.find(order)
  }
  offer(node: number, sku: number): OfferRow | undefined {
    return this.offersOfNode(node).find((row) => row.sku === sku)
  }
  offersOfNode(node: number): OfferRow[] {
    return this.offersOn.of(node).map((id) => this.offers.must(id))
  }

  /** Reads what the ends of so many open orders will look at; a number that means nothing. */
  touch(handles: Int32Array, count: number): number {
    const { orders } = this
    let seen = orders.touch(handles, count)
    seen ^= this.openOf.touch(handles, count) ^ this.sellsOn.touch(handles, count)
    const { words } = orders.cells
    const places = this.#pool.orders.words
    for (let at = 0; at < count; at++) {
      const place = wordOf(words[handles[at]! * ORDER_WORDS + SLOT]!)
      // The neighbours in its level: both or none is 0, the place that is never used.
      seen ^= places[wordOf(places[place + NEXT]!)]! ^ places[wordOf(places[place + PREV]!)]!
    }
    return seen
  }
  /** Enters an open order, outside any book. */
  open(row: OrderRow): void {
    this.orders.insert(row)
    this.#index(row)
  }
  /** Puts the order's remaining units at the back of its level, or of the list of needs. */
  rest(row: OrderRow): void {
    row.priority = this.#priorities.next()
    this.#queue(row)
  }
  /** Takes the order out of its book or list. */
  unrest(row: OrderRow): void {
    if (row.slot !== NONE) this.book(row.instrument).remove(row.slot)
    else if (row.standing) this.needsOf.delete(row.instrument, row.order)
    row.slot = NONE
  }
  /** Takes units off the order where it rests; it keeps its place. */
  reduce(row: OrderRow, units: number): void {
    this.reduceInBook(row, units)
    row.remainingUnits -= units
  }
  /** Takes units off the order's place in the book, which it leaves with the last of them. */
  reduceInBook(row: OrderRow, units: number): void {
    const left = row.remainingUnits - units
    assert(left >= 0, 'an order has no negative units')
    const { slot } = row
    if (slot === NONE) return
    this.book(row.instrument).reduce(slot, units)
    if (left === 0) row.slot = NONE
  }
  /** Moves an order that does not rest any more to the closed ones. */
  close(row: OrderRow, timeUs: number): void {
    this.openOf.remove(row.account, row.handle)
    if (row.side === 'sell' && row.node !== null) this.sellsOn.remove(row.node, row.handle)
    this.#forget(timeUs)
    this.orders.close(row, timeUs)
  }
  addOffer(row: OfferRow): void {
    this.offers.insert(row)
    this.offersOn.add(row.node, row.offer)
  }
  removeOffer(row: OfferRow): void {
    this.offers.delete(row.offer)
    this.offersOn.delete(row.node, row.offer)
  }
  rebuild(): void {
    for (const index of [this.openOf, this.offersOn, this.sellsOn, this.needsOf]) {
      index.clear()
    }
    this.#pool = new OrderPool()
    this.#books = []
    this.#labels = new Map()
    for (const row of this.orders.closedRows()) this.#label(row)
    for (const row of this.orders.values()) this.#index(row)
    for (const row of this.orders.rows().sort((a, b) => a.priority - b.priority)) this.#queue(row)
    for (const row of this.offers.values()) this.offersOn.add(row.node, row.offer)
  }

  #index(row: OrderRow): void {
    this.openOf.add(row.account, row.handle)
    this.#label(row)
    const oneShot = row.side === 'sell' && row.offer === null
    if (oneShot && row.node !== null) this.sellsOn.add(row.node, row.handle)
  }
  #label(row: OrderRow): void {
    if (row.clientOrderId === null) return
    this.#labels.set(labelKey(row.account, row.clientOrderId), row.order)
  }
  #queue(row: OrderRow): void {
    if (row.standing) {
      this.needsOf.add(row.instrument, row.order)
      return
    }
    const { side, priceTicks, remainingUnits } = row
    row.slot = this.book(row.instrument).add(side, priceTicks, remainingUnits, row.handle)
  }
  /** Makes room for one more closed order, and forgets what is too old. */
  #forget(timeUs: number): void {
    while (this.orders.isOverdue(timeUs - CLOSED_KEPT_US)) {
      if (this.#labels.size > 0) this.#unlabel(this.orders.oldestClosed())
      this.orders.forgetOldest()
    }
  }
  #unlabel(row: OrderRow | null): void {
    if (row === null || row.clientOrderId === null) return
    const { account, clientOrderId, order } = row
    const key = labelKey(account, clientOrderId)
    if (this.#labels.get(key) === order) this.#labels.delete(key)
  }
}

function labelKey(account: number, label: string): string {
  return `${account} ${label}`
}
