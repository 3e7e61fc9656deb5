// Random flows given to the book itself and to the naive book: same trades, same queues, same ids.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cases } from '../../../test/support/cases.ts'
import { NaiveBook, type NaiveTrade } from './naive-book.ts'
import { OrderBook, type SideBit } from './order-book.ts'
import { NONE, OrderPool } from './order-pool.ts'

const TERMS = { allOrNone: false, colocate: false, minUnits: 0, selfTrade: 'expire_maker' } as const
const SIDES = ['buy', 'sell'] as const
const PRICES = [0, 1, 2, 3, 4, 5, 6, 7, 8]

const enter = fc.record({
  op: fc.constantFrom('limit', 'limit', 'limit', 'ioc'),
  side: fc.constantFrom<SideBit>(0, 1),
  price: fc.integer({ min: 0, max: 8 }),
  units: fc.integer({ min: 1, max: 10 }),
  /** an id that was used before, where there is one that rests no more */
  reuse: fc.boolean(),
})
const change = fc.record({
  op: fc.constantFrom('cancel', 'move', 'move', 'reduce'),
  pick: fc.nat(1_000),
  price: fc.integer({ min: 0, max: 8 }),
  units: fc.integer({ min: 1, max: 10 }),
})
const flow = fc.array(fc.oneof({ weight: 3, arbitrary: enter }, { weight: 2, arbitrary: change }), {
  minLength: 10,
  maxLength: 200,
  size: 'max',
})
type Step = typeof flow extends fc.Arbitrary<(infer T)[]> ? T : never
type Enter = typeof enter extends fc.Arbitrary<infer T> ? T : never
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

class Both {
  readonly naive = new NaiveBook()
  readonly #pool = new OrderPool({ indexed: true })
  readonly #book = new OrderBook(this.#pool)
  /** shares the pool: what it holds must not be seen in the other */
  readonly #sister = new OrderBook(this.#pool)
  readonly #base: number
  readonly #step: number
  /** prices from here on */
  readonly #floor: number
  readonly #handles = new Map<number, number>()
  #trades: NaiveTrade[] = []
  #taker = 0
  #last = 0

  constructor(base: number, step: number, floor: number) {
    this.#base = base
    this.#step = step
    this.#floor = floor
    this.#sister.rest(0, floor, 5, base - 1, 0)
  }
  readonly listener = {
    traded: (maker: number, price: number, units: number): void => {
      this.#trades.push({ maker, taker: this.#taker, price: price - this.#floor, units })
    },
  }

  do(step: Step): void {
    if (step.op === 'limit' || step.op === 'ioc') this.#enter(step)
    else this.#change(step as Change)
  }
  seen() {
    const book = this.#book
    const sides = ([0, 1] as const).map((side) => ({
      queue: this.#queue(side),
      depth: book.levels(side, 100).map(([price, ...rest]) => [price - this.#floor, ...rest]),
      count: book.levelCount(side),
      best: book.best(side),
      has: PRICES.filter((price) => book.hasLevel(side, price + this.#floor)),
    }))
    const byHandle = [...this.#handles].filter(([, handle]) => book.slotOf(handle) !== NONE)
    const found = [...this.#handles.keys()].filter((id) => book.find(id) !== NONE)
    const agree = byHandle.every(([id, handle]) => book.slotOf(handle) === book.find(id))
    return {
      sides,
      found,
      byHandle: byHandle.map(([id]) => id),
      agree,
      sister: this.#sister.levels(0, 9),
    }
  }
  wanted() {
    const { naive } = this
    const sides = SIDES.map((side) => {
      const depth = naive.depth(side)
      const prices = depth.map(([price]) => price)
      return {
        queue: naive.sorted(side).map(({ id, price, left }) => [id, price, left, id % 7]),
        depth,
        count: depth.length,
        best: prices[0] === undefined ? null : prices[0] + this.#floor,
        has: PRICES.filter((price) => prices.includes(price)),
      }
    })
    const rests = new Set(naive.orders.map((each) => each.id))
    const found = [...this.#handles.keys()].filter((id) => rests.has(id))
    return { sides, found, byHandle: found, agree: true, sister: [[this.#floor, 5, 1]] }
  }
  #enter({ op, side, price, units, reuse }: Enter): void {
    const id = this.#freeId(reuse)
    const timeInForce = op === 'ioc' ? 'IOC' : 'GTC'
    const order = { id, side: SIDES[side], price, left: units, group: id }
    this.#expect(id, this.naive.place(order, { ...TERMS, timeInForce }), () => {
      const left = this.#book.match(side, price + this.#floor, units, this.listener)
      if (op === 'ioc' || left === 0) return
      const slot = this.#book.rest(side, price + this.#floor, left, id, id % 7)
      this.#handles.set(id, this.#book.handle(slot))
    })
  }
  #change({ op, pick, price, units }: Change): void {
    const { naive } = this
    const order = naive.orders[pick % Math.max(1, naive.orders.length)]
    if (order === undefined) return
    const slot = this.#book.find(order.id)
    if (op === 'cancel') {
      naive.cancel(order.id)
      this.#book.remove(slot)
    } else if (op === 'reduce') {
      const by = Math.min(units, order.left)
      if (by === order.left) naive.cancel(order.id)
      else order.left -= by
      this.#book.reduce(slot, by)
    } else this.#move(order.id, slot, price)
  }
  #move(id: number, slot: number, price: number): void {
    const { naive } = this
    const order = naive.orders.find((each) => each.id === id)!
    naive.cancel(id)
    const trades = naive.place({ ...order, price }, { ...TERMS, timeInForce: 'GTC' })
    this.#expect(id, trades, () => {
      const left = this.#book.move(slot, price + this.#floor, this.listener)
      expect(left).toBe(naive.orders.find((each) => each.id === id)?.left ?? 0)
    })
  }
  #expect(taker: number, trades: readonly NaiveTrade[], work: () => void): void {
    this.#taker = taker
    this.#trades = []
    work()
    expect(this.#trades).toEqual(trades)
  }
  #freeId(reuse: boolean): number {
    const gone = [...this.#handles.keys()].find(
      (id) => !this.naive.orders.some((each) => each.id === id),
    )
    if (reuse && gone !== undefined) return gone
    return this.#base + this.#step * this.#last++
  }
  /** Id, price, units and owner of each order, first to last. */
  #queue(side: SideBit): number[][] {
    const book = this.#book
    const rows: number[][] = []
    for (let slot = book.first(side); slot !== NONE; slot = book.next(slot)) {
      rows.push([book.id(slot), book.price(slot) - this.#floor, book.units(slot), book.owner(slot)])
    }
    return rows
  }
}

test.each([
  { what: 'ids in a row, low prices', base: 2, step: 1, floor: 0 },
  {
    what: 'ids that all have one home, high prices',
    base: 2 ** 36,
    step: 2 ** 35,
    floor: 2 ** 32 - 9,
  },
  { what: 'ids and prices about 2^31', base: 2 ** 31 - 3, step: 1, floor: 2 ** 31 - 4 },
])('naive book = book: $what', ({ base, step, floor }) => {
  fc.assert(
    fc.property(flow, (steps) => {
      const both = new Both(base, step, floor)
      for (const each of steps) {
        both.do(each)
        expect(both.seen()).toEqual(both.wanted())
      }
    }),
    { numRuns: cases(40) },
  )
})

// Levels enough that entries are moved by copyWithin, orders enough for every step of the pool.
test('20,000 orders on 2,000 levels a side keep price-time order', () => {
  const book = new OrderBook(new OrderPool({ indexed: true }))
  const price = (n: number) => 10_000 + ((n * 7_919) % 2_000)
  for (let n = 0; n < 10_000; n++) {
    book.rest(0, price(n), 1 + (n % 3), n + 1, 0)
    book.rest(1, 20_000 + price(n), 1, 100_000 + n, 0)
  }
  expect(book.levelCount(0)).toBe(2_000)
  const ids = Array.from({ length: 10_000 }, (_, n) => n)
    .sort((a, b) => price(b) - price(a) || a - b)
    .map((n) => n + 1)
  const seen: number[] = []
  for (let slot = book.first(0); slot !== NONE; slot = book.next(slot)) seen.push(book.id(slot))
  expect(seen).toEqual(ids)
  const traded: number[] = []
  const left = book.match(1, 0, 30_000, { traded: (id) => traded.push(id) })
  expect(traded).toEqual(ids)
  expect([left, book.best(0), book.levelCount(1)]).toEqual([30_000 - 19_999, null, 2_000])
  for (let n = 0; n < 10_000; n++) book.remove(book.find(100_000 + n))
  expect([book.levelCount(1), book.first(1)]).toEqual([0, NONE])
})
