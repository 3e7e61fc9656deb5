// Random flows of orders, amendments, cancels and expiries: the desk does what the naive book does.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CHART, type SelfTrade } from '../../messages/index.ts'
import type { Who } from '../ledger/money-world.ts'
import { OPERATOR } from '../ledger/money-world.ts'
import { Bazaar, only } from '../trading-fixture.ts'
import { NaiveBook, type NaiveTrade } from './naive-book.ts'
import { cases } from '../../../test/support/cases.ts'

const SELF: readonly SelfTrade[] = ['expire_maker', 'expire_taker', 'expire_both', 'decrement']

const place = fc.record({
  op: fc.constant('place' as const),
  who: fc.nat(3),
  sell: fc.boolean(),
  price: fc.integer({ min: 98, max: 102 }),
  units: fc.integer({ min: 1, max: 10 }),
  timeInForce: fc.constantFrom('GTC', 'GTC', 'GTD', 'IOC', 'FOK'),
  seconds: fc.integer({ min: 1, max: 4 }),
  wants: fc.constantFrom('', '', '', 'all', 'one', 'minimum'),
  selfTrade: fc.constantFrom(...SELF),
})
const change = fc.record({
  op: fc.constantFrom('amend', 'amend', 'cancel', 'wait'),
  pick: fc.nat(1_000),
  units: fc.integer({ min: 1, max: 12 }),
  price: fc.integer({ min: 98, max: 102 }),
})
const flow = fc.array(fc.oneof({ weight: 3, arbitrary: place }, change), {
  minLength: 10,
  maxLength: 80,
  size: 'max',
})

class Both {
  readonly x = new Bazaar({ makerFeePpm: 333, takerFeePpm: 501 })
  readonly naive = new NaiveBook()
  readonly #modes = new Map<number, SelfTrade>()
  /** two sellers with a node each, and two who only buy: the fourth is of the first's group */
  readonly #people: Who[]
  readonly #nodes: number[]

  constructor() {
    const { x } = this
    const other = x.trader('other', 10n ** 15n)
    const sister = x.trader('sister', 10n ** 15n)
    for (const who of [x.seller, x.buyer]) x.money.deposit(who.account, 10n ** 15n)
    const ownerGroup = x.members.ownerGroupOf(x.seller.account)
    x.must(OPERATOR, { kind: 'SetOwnerGroup', account: sister.account, ownerGroup })
    this.#people = [x.seller, other, x.buyer, sister]
    this.#nodes = [x.node(100_000), x.node(100_000, 100_000 * 1_024, other)]
  }

  place(step: typeof place extends fc.Arbitrary<infer T> ? T : never): void {
    const { x } = this
    const who = this.#people[step.who]!
    const sells = step.sell && step.who < 2
    const { timeInForce } = step
    const atOnce = timeInForce === 'IOC' || timeInForce === 'FOK'
    const allOrNone = atOnce && step.wants === 'all'
    const colocate = atOnce && step.wants === 'one' && !sells
    const minUnits = atOnce && step.wants === 'minimum' ? step.units : 0
    const fields = {
      units: step.units,
      priceTicks: step.price,
      timeInForce,
      expiresAtUs: timeInForce === 'GTD' ? x.timeUs + step.seconds * 1_000_000 : null,
      allOrNone,
      colocate,
      minUnits,
      selfTrade: step.selfTrade,
    }
    const node = this.#nodes[step.who] ?? null
    const { events } = x.must(who, sells ? x.sell({ ...fields, node }) : x.buy(fields))
    const id = only(events, 'OrderPlaced')[0]!.order
    this.#modes.set(id, step.selfTrade)
    const group = x.members.ownerGroupOf(who.account)
    const order = {
      id,
      side: sells ? 'sell' : 'buy',
      price: step.price,
      left: step.units,
      group,
    } as const
    this.#same(events, this.naive.place({ ...order }, { ...fields, timeInForce }))
  }
  change(step: typeof change extends fc.Arbitrary<infer T> ? T : never): void {
    const { x, naive } = this
    if (step.op === 'wait') {
      x.wait(1)
      naive.orders = naive.orders.filter((each) => x.trading.market.orders.has(each.id))
      return
    }
    const order = naive.orders[step.pick % Math.max(1, naive.orders.length)]
    if (order === undefined) return
    const row = x.trading.market.orders.must(order.id)
    const who = this.#people.find((each) => each.account === row.account)!
    if (step.op === 'cancel') {
      x.must(who, { kind: 'CancelOrder', order: order.id })
      naive.cancel(order.id)
      return
    }
    const units = row.filledUnits + step.units
    const { events } = x.must(who, {
      kind: 'AmendOrder',
      order: order.id,
      units,
      priceTicks: step.price,
    })
    this.#same(events, naive.amend(order.id, step.units, step.price, this.#modes.get(order.id)!))
  }
  /** What must hold after every command, whatever came before. */
  check(): void {
    const { x, naive } = this
    const { bids, asks } = x.depth()
    expect({ bids, asks }).toEqual({ bids: naive.depth('buy'), asks: naive.depth('sell') })
    // never crossed
    if (bids[0] && asks[0]) expect(bids[0][0]).toBeLessThan(asks[0][0])
    const held = new Map<number, bigint>()
    for (const row of x.trading.market.orders.values()) {
      expect(row.units).toBe(row.filledUnits + row.remainingUnits)
      const sum = held.get(row.account) ?? 0n
      held.set(row.account, sum + BigInt(row.heldPrincipalMicro + row.heldFeeMicro))
    }
    for (const { account } of this.#people) {
      expect(x.ledger.credit(CHART.HOLD, account)).toBe(held.get(account) ?? 0n)
    }
    for (const node of this.#nodes) {
      const { attested, free, held: holds, leased } = x.capacity.occupancy(node, x.timeUs)
      expect(free.cores + holds.cores + leased.cores).toBe(attested.cores)
    }
  }

  #same(events: Parameters<typeof only>[0], trades: readonly NaiveTrade[]): void {
    const seen = only(events, 'TradeExecuted').map((trade) => {
      const buys = trade.takerSide === 'buy'
      return {
        maker: buys ? trade.sellOrder : trade.buyOrder,
        taker: buys ? trade.buyOrder : trade.sellOrder,
        price: trade.priceTicks,
        units: trade.units,
      }
    })
    expect(seen).toEqual(trades)
  }
}

test('TRD-029: naive book = desk, never crossed, holds and capacity add up, and a restart changes nothing', () => {
  fc.assert(
    fc.property(flow, (steps) => {
      const both = new Both()
      for (const step of steps) {
        if (step.op === 'place') both.place(step)
        else both.change(step)
        both.check()
      }
      const again = both.x.restored()
      expect(again.dump()).toEqual(both.x.dump())
      const { instrument } = both.x
      const now = { seq: 1, timeUs: both.x.timeUs }
      expect(again.trading.bookView(instrument, 100, now)).toEqual(
        both.x.trading.bookView(instrument, 100, now),
      )
    }),
    { numRuns: cases(40) },
  )
})
