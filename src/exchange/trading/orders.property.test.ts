// Open and closed orders in their records, beside a plain map of copies.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decode, encode, Reader, Writer } from '../../kernel/index.ts'
import { writeOrder, type OrderTerms } from './order-row.ts'
import { Orders } from './orders.ts'
import { orderRow, type OrderFields } from './rows.ts'

const KEPT = 5
const TERMS: OrderTerms = {
  instrument: 3,
  side: 'sell',
  type: 'limit',
  units: 7,
  timeInForce: 'GTC',
  expiresAtUs: null,
  postOnly: true,
  allOrNone: false,
  colocate: false,
  minUnits: 0,
  standing: false,
  selfTrade: 'decrement',
  horizonSeconds: 0,
  durationSeconds: null,
  capMicro: null,
  clientOrderId: null,
  capacity: 'principal',
  onBehalfOf: null,
  node: 4_000_000_000,
  workload: null,
  retryTicks: null,
}

const step = fc.oneof(
  fc.record({ op: fc.constant('open' as const), label: fc.option(fc.string()), gap: fc.nat(3) }),
  fc.record({ op: fc.constant('close' as const), pick: fc.nat() }),
  fc.record({ op: fc.constant('change' as const), pick: fc.nat(), units: fc.nat(7) }),
  fc.constant({ op: 'turn' as const }),
  fc.constant({ op: 'restart' as const }),
)

/** Everything that a snapshot holds of it. */
const fieldsOf = (row: OrderFields): OrderFields => decode(orderRow, encode(orderRow, row))

class Model {
  orders = new Orders(KEPT)
  readonly open = new Map<number, OrderFields>()
  /** oldest first */
  readonly closed: OrderFields[] = []
  forgotten = 0
  #next = 1

  do(one: typeof step extends fc.Arbitrary<infer T> ? T : never): void {
    const { orders, open, closed } = this
    if (one.op === 'open') {
      const order = (this.#next += one.gap + 1)
      const head = { order, account: 9, key: 8, priceTicks: 7, horizonSeconds: 60, feePpm: 5 }
      const more = { offer: null, failedNodes: [], placedAtUs: 2 ** 50 + order }
      const terms = { ...TERMS, clientOrderId: one.label }
      const row = writeOrder(orders.blank(), { ...head, ...more }, terms)
      orders.insert(row)
      open.set(order, fieldsOf(row))
    } else if (one.op === 'close') this.#close(one.pick)
    else if (one.op === 'change') {
      const row = this.#pick(one.pick)
      if (row === undefined) return
      row.remainingUnits = one.units
      row.status = 'partially_filled'
      row.detail = one.units % 2 === 0 ? null : 'cores'
      open.set(row.order, fieldsOf(row))
    } else if (one.op === 'turn') orders.turn()
    else {
      const writer = new Writer()
      for (const table of orders.tables) table.write(writer)
      this.orders = new Orders(KEPT)
      const reader = new Reader(writer.finish())
      for (const table of this.orders.tables) table.read(reader)
    }
    expect(this.orders.rows().map(fieldsOf)).toEqual([...open.values()])
    expect(this.orders.closedRows().map(fieldsOf)).toEqual(closed)
    for (const each of [...open.values(), ...closed]) {
      expect(fieldsOf(this.orders.find(each.order)!)).toEqual(each)
      expect(this.orders.has(each.order)).toBe(open.has(each.order))
    }
    expect(this.orders.size).toBe(open.size)
  }

  #pick(pick: number) {
    const ids = [...this.open.keys()]
    return ids.length === 0 ? undefined : this.orders.must(ids[pick % ids.length]!)
  }
  #close(pick: number): void {
    const row = this.#pick(pick)
    if (row === undefined) return
    const { order } = row
    expect(this.orders.isOverdue(0)).toBe(this.closed.length === KEPT)
    if (this.closed.length === KEPT) {
      expect(this.orders.oldestClosed()?.order).toBe(this.closed[0]?.order)
      const forgotten = this.closed.shift()!
      this.forgotten++
      this.orders.forgetOldest()
      expect(this.orders.find(forgotten.order)).toBeUndefined()
    }
    row.end = 'BY_OWNER'
    this.orders.close(row, 2 ** 50)
    // Whoever met it in this command can still read it.
    expect(row.order).toBe(order)
    this.open.delete(order)
    this.closed.push(fieldsOf(row))
  }
}

test('orders are what was written, through closing, forgetting and restarts', () => {
  let forgot = 0
  fc.assert(
    fc.property(fc.array(step, { minLength: 30, maxLength: 80 }), (steps) => {
      const model = new Model()
      for (const each of steps) model.do(each)
      forgot += model.forgotten
    }),
    { numRuns: 200 },
  )
  // What the property is worth: the ring was full more than once.
  expect(forgot).toBeGreaterThan(10)
})
