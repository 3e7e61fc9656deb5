/** For tests: matching as a rulebook would tell it, by sorting lists. The oracle of the real book. */
import type { SelfTrade, Side } from '../../messages/index.ts'

export interface NaiveOrder {
  readonly id: number
  readonly side: Side
  price: number
  left: number
  /** owner group */
  readonly group: number
}
export interface NaiveTerms {
  readonly timeInForce: 'GTC' | 'GTD' | 'IOC' | 'FOK'
  readonly allOrNone: boolean
  readonly colocate: boolean
  readonly minUnits: number
  readonly selfTrade: SelfTrade
}
export interface NaiveTrade {
  readonly maker: number
  readonly taker: number
  readonly price: number
  readonly units: number
}

export class NaiveBook {
  /** oldest first */
  orders: NaiveOrder[] = []

  /** Best price first, then oldest first. */
  sorted(side: Side): NaiveOrder[] {
    const sign = side === 'buy' ? -1 : 1
    return this.orders
      .filter((each) => each.side === side)
      .sort((a, b) => sign * (a.price - b.price))
  }
  place(taker: NaiveOrder, terms: NaiveTerms): NaiveTrade[] {
    const all = terms.allOrNone || terms.colocate || terms.timeInForce === 'FOK'
    const wanted = all ? taker.left : terms.minUnits
    if ((all || wanted > 1) && this.#fillable(taker, terms) < wanted) return []
    const trades: NaiveTrade[] = []
    let stopped = false
    for (const maker of this.#crossing(taker)) {
      if (taker.left === 0 || stopped) break
      if (terms.colocate && maker.left < taker.left) continue
      if (maker.group === taker.group) {
        stopped = this.#prevent(taker, maker, terms.selfTrade)
        continue
      }
      const units = Math.min(taker.left, maker.left)
      maker.left -= units
      taker.left -= units
      trades.push({ maker: maker.id, taker: taker.id, price: maker.price, units })
    }
    this.orders = this.orders.filter((each) => each.left > 0)
    const rests = terms.timeInForce === 'GTC' || terms.timeInForce === 'GTD'
    if (rests && !stopped && taker.left > 0) this.orders.push(taker)
    return trades
  }
  cancel(id: number): void {
    this.orders = this.orders.filter((each) => each.id !== id)
  }
  amend(id: number, left: number, price: number, selfTrade: SelfTrade): NaiveTrade[] {
    const order = this.orders.find((each) => each.id === id)!
    if (price === order.price && left <= order.left) {
      order.left = left
      return []
    }
    this.cancel(id)
    const terms = { allOrNone: false, colocate: false, minUnits: 0, selfTrade }
    return this.place({ ...order, left, price }, { ...terms, timeInForce: 'GTC' })
  }
  depth(side: Side): [number, number, number][] {
    const levels = new Map<number, [number, number, number]>()
    for (const { price, left } of this.sorted(side)) {
      const level = levels.get(price) ?? [price, 0, 0]
      levels.set(price, [price, level[1] + left, level[2] + 1])
    }
    return [...levels.values()]
  }

  #crossing(taker: NaiveOrder): NaiveOrder[] {
    const buys = taker.side === 'buy'
    return this.sorted(buys ? 'sell' : 'buy').filter((maker) =>
      buys ? maker.price <= taker.price : maker.price >= taker.price,
    )
  }
  #fillable(taker: NaiveOrder, terms: NaiveTerms): number {
    let units = 0
    for (const maker of this.#crossing(taker)) {
      if (terms.colocate && maker.left < taker.left) continue
      if (maker.group === taker.group) {
        if (terms.selfTrade === 'expire_maker') continue
        break
      }
      units += maker.left
    }
    return units
  }
  /** True when the taker may not go on. */
  #prevent(taker: NaiveOrder, maker: NaiveOrder, mode: SelfTrade): boolean {
    if (mode === 'decrement') {
      const units = Math.min(taker.left, maker.left)
      maker.left -= units
      taker.left -= units
      return taker.left === 0
    }
    if (mode !== 'expire_taker') maker.left = 0
    return mode !== 'expire_maker'
  }
}
