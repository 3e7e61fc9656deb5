// The common workload against the book: what trades with what must be what the specification says.
import { expect, test } from 'vitest'
import { CxbRun, type CxbBook, type CxbOrder } from '../cxb1-fixture.ts'
import { Book } from './book.ts'
import { NONE } from './order-pool.ts'

/** The plain price-time loop over the real book. */
class FastBook implements CxbBook {
  readonly #book = new Book<CxbOrder>()
  readonly #slots = new Map<number, number>()
  readonly #run: CxbRun

  constructor(run: CxbRun) {
    this.#run = run
  }
  enter(order: CxbOrder, rests: boolean): void {
    const book = this.#book
    const other = order.side === 'buy' ? 'sell' : 'buy'
    let left = order.units
    for (let slot = book.first(other); slot !== NONE && left > 0; slot = book.first(other)) {
      const price = book.price(slot)
      if (order.side === 'buy' ? price > order.price : price < order.price) break
      const maker = book.item(slot)
      const units = Math.min(left, book.units(slot))
      const done = units === book.units(slot)
      book.reduce(slot, units)
      if (done) this.#slots.delete(maker.id)
      left -= units
      this.#run.traded(maker.id, price, units, done)
    }
    if (left === 0 || !rests) return
    this.#slots.set(order.id, book.add(order.side, order.price, left, order))
    this.#run.rested(order.id)
  }
  cancel(id: number): void {
    this.#book.remove(this.#slots.get(id)!)
    this.#slots.delete(id)
  }
  move(id: number, price: number): void {
    const slot = this.#slots.get(id)!
    const order = this.#book.item(slot)
    const units = this.#book.units(slot)
    this.cancel(id)
    this.enter({ ...order, price, units }, true)
  }
}

test('CXB-1 w1: a million commands on one symbol give the trades that the specification gives', () => {
  const run = new CxbRun(42)
  expect(run.run(new FastBook(run), 10_000, 1_000_000, 'std')).toEqual({
    trades: 261_227,
    volume: 6_677_309,
    h: 291_571_939,
    live: 5_090,
  })
}, 120_000)

test('CXB-1 m1: mostly moves', () => {
  const run = new CxbRun(42)
  expect(run.run(new FastBook(run), 1_000, 1_000_000, 'move')).toEqual({
    trades: 92_193,
    volume: 2_374_180,
    h: 1_379_853_514,
    live: 502,
  })
}, 120_000)
