/**
 * All orders that the core knows: the open ones in records that are used again, the closed ones in a
 * ring. A record that an order leaves is written again only from the next command on, so that whoever
 * met the order in this one can still read it.
 */
import { assert, fail, list, readEach, type Reader, type Writer } from '../../kernel/index.ts'
import { IdDirectory } from '../id-directory.ts'
import type { AnyTable } from '../table.ts'
import { ClosedOrders } from './closed-orders.ts'
import { OrderCells, ORDER_WORDS } from './order-cells.ts'
import { FLAGS, OrderRow } from './order-record.ts'
import { loadOrder } from './order-row.ts'
import { orderRow, type OrderFields } from './rows.ts'

const ROWS_MAX = 2 ** 31

export class Orders {
  readonly cells = new OrderCells()
  /** by handle */
  readonly #rows: OrderRow[] = []
  /** handles for the orders to come, and those that this command freed */
  readonly #spare: number[] = []
  readonly #left: number[] = []
  readonly #closed: ClosedOrders
  /** handle + 1 of an open order, -1 - place of a closed one */
  #places = new IdDirectory()
  #size = 0
  #lastRank = 0
  readonly tables: readonly AnyTable[] = [
    tableOf(
      'orders',
      () => this.rows(),
      () => ({ take: (fields) => this.insert(loadOrder(this.blank(), fields)), end: () => {} }),
    ),
    tableOf(
      'closedOrders',
      () => this.#closedById(),
      () => {
        const all: OrderFields[] = []
        return { take: (fields) => all.push(fields), end: () => this.#loadClosed(all) }
      },
    ),
  ]

  /** At most `kept` closed orders are remembered. */
  constructor(kept: number) {
    this.#closed = new ClosedOrders(kept)
  }

  /** Number of open orders. */
  get size(): number {
    return this.#size
  }
  /** An open order. */
  get(order: number): OrderRow | undefined {
    const place = this.#places.get(order)
    return place > 0 ? this.#rows[place - 1] : undefined
  }
  must(order: number): OrderRow {
    return this.get(order) ?? fail(`orders ${order} is missing`)
  }
  has(order: number): boolean {
    return this.#places.get(order) > 0
  }
  /** An open order, or a closed one that is remembered. */
  find(order: number): OrderRow | undefined {
    const place = this.#places.get(order)
    if (place > 0) return this.#rows[place - 1]
    return place === 0 ? undefined : this.#closed.at(-1 - place)
  }
  /** Writes the handles of those orders that are open, of so many, into `handles`; how many they are. */
  openOf(orders: Float64Array, count: number, handles: Int32Array): number {
    let open = 0
    for (let at = 0; at < count; at++) {
      const place = this.#places.get(orders[at]!)
      if (place > 0) handles[open++] = place - 1
    }
    return open
  }
  /** Reads the records with these handles; a number that means nothing. */
  touch(handles: Int32Array, count: number): number {
    const { words } = this.cells
    let seen = 0
    for (let at = 0; at < count; at++) seen ^= words[handles[at]! * ORDER_WORDS]!
    for (let at = 0; at < count; at++) seen ^= words[handles[at]! * ORDER_WORDS + FLAGS]!
    return seen
  }
  /** Reads what it takes to forget so many closed orders; a number that means nothing. */
  touchOldest(count: number): number {
    const orders = this.#closed.oldestOrders(count)
    let seen = 0
    for (let at = 0; at < orders.length; at++) seen ^= this.#places.get(orders[at]!)
    return seen
  }
  byHandle(handle: number): OrderRow {
    return this.#rows[handle]!
  }
  /** A row for a new order, with whatever another left in it. */
  blank(): OrderRow {
    const handle = this.#spare.pop()
    if (handle !== undefined) return this.#rows[handle]!
    const next = this.#rows.length
    this.cells.reach(next)
    const row = new OrderRow(this.cells, next)
    this.#rows.push(row)
    return row
  }
  /** A new command begins: nobody reads the orders any more that the one before closed. */
  turn(): void {
    while (this.#left.length > 0) this.#spare.push(this.#left.pop()!)
  }
  insert(row: OrderRow): void {
    if (this.#places.get(row.order) !== 0) fail(`orders ${row.order} exists`)
    this.#places.set(row.order, row.handle + 1)
    this.#size++
  }
  /** Moves an open order to the closed ones. There must be room. */
  close(row: OrderRow, timeUs: number): void {
    row.closedAtUs = timeUs
    row.closedRank = ++this.#lastRank
    this.#places.set(row.order, -1 - this.#closed.add(this.cells, row.handle))
    this.#left.push(row.handle)
    this.#size--
  }
  /** Must a closed order be forgotten, for another or because it closed before this time? */
  isOverdue(beforeUs: number): boolean {
    return this.#closed.isFull || this.#closed.oldestClosedAtUs() < beforeUs
  }
  /** The closed order that is forgotten next. */
  oldestClosed(): OrderRow | null {
    return this.#closed.oldest()
  }
  forgetOldest(): void {
    this.#places.forget(this.#closed.oldestOrder())
    this.#closed.dropOldest()
  }
  /** Open orders, in the order of ids. */
  rows(): OrderRow[] {
    return this.#places.places((place) => place > 0).map((place) => this.#rows[place - 1]!)
  }
  values(): IterableIterator<OrderRow> {
    return this.rows().values()
  }
  /** Oldest first. */
  closedRows(): OrderRow[] {
    return this.#closed.rows()
  }

  /** Into the ring in the order in which they closed. */
  #loadClosed(rows: readonly OrderFields[]): void {
    const row = this.blank()
    for (const fields of rows.toSorted((a, b) => a.closedRank - b.closedRank)) {
      assert(this.#places.get(fields.order) === 0, `closedOrders ${fields.order} exists`)
      loadOrder(row, fields)
      this.#places.set(row.order, -1 - this.#closed.add(this.cells, row.handle))
      this.#lastRank = row.closedRank
    }
    this.#spare.push(row.handle)
  }
  #closedById(): OrderRow[] {
    return this.#places.places((place) => place < 0).map((place) => this.#closed.at(-1 - place))
  }
}

/** What becomes of the rows of a snapshot, one after the other. */
interface Loading {
  readonly take: (fields: OrderFields) => void
  readonly end: () => void
}

/** The rows as a snapshot holds them: in the order of ids, which is the only encoding. */
function tableOf(name: string, rows: () => OrderRow[], begin: () => Loading): AnyTable {
  const codec = list(orderRow, ROWS_MAX)
  const load = (each: (take: (fields: OrderFields) => void) => void): void => {
    const loading = begin()
    let before = -1
    each((fields) => {
      const { order } = fields
      if (order <= before) fail(`${name} ${order} after ${before}`)
      before = order
      loading.take(fields)
    })
    loading.end()
  }
  return {
    name,
    codec: codec as unknown as AnyTable['codec'],
    rows,
    load: (loaded: readonly OrderFields[]) => load((take) => loaded.forEach(take)),
    write: (writer: Writer) => codec.write(writer, rows()),
    read: (reader: Reader) => load((take) => readEach(orderRow, ROWS_MAX, reader, take)),
  }
}
