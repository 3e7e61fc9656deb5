/** Orders and books as an auditor keeps them: who must trade next, and what each order must hold. */
import type { Event, EventOf } from '../../../src/messages/index.ts'
import { must } from '../violation.ts'
import { HOLD, type Money } from './money.ts'
import type { InstrumentModel, OrderModel } from './rows.ts'

/** Resting orders of a side: prices best first, each with its orders in time order. */
interface Side {
  readonly prices: number[]
  readonly queues: Map<number, OrderModel[]>
}

export class Market {
  readonly instruments = new Map<number, InstrumentModel>()
  /** numbers of all that are listed or halted, and of the last one that was delisted */
  readonly tradable: number[] = []
  /** every order not long closed */
  readonly orders = new Map<number, OrderModel>()
  readonly openOf = new Map<number, Set<number>>()
  readonly groupOf = new Map<number, number>()
  readonly offers = new Map<string, EventOf<'OfferSet'>>()
  readonly #books = new Map<number, { buy: Side; sell: Side }>()
  readonly #money: Money
  /** open orders that are not in their book yet, in the order in which they came */
  #entering: OrderModel[] = []
  readonly #touched = new Set<number>()
  /** takers whose fills left fewer units than there were, until that is explained */
  readonly #owed = new Map<OrderModel, number>()
  /** sum of what an account's open orders hold by formula */
  readonly #held = new Map<number, bigint>()

  constructor(money: Money) {
    this.#money = money
  }

  read(event: Event): void {
    switch (event.kind) {
      case 'InstrumentListed':
        this.instruments.set(event.instrument, {
          ...event,
          status: 'listed',
          tick: event.tickMicro,
        })
        this.tradable.push(event.instrument)
        return
      case 'InstrumentStatusSet':
        this.instruments.get(event.instrument)!.status = event.status
        if (event.status === 'delisted') this.#delisted(event.instrument)
        return
      case 'ReferenceSet': {
        const { instrument, referenceTicks, bandPpm } = event
        Object.assign(this.instruments.get(instrument)!, { referenceTicks, bandPpm })
        return
      }
      case 'AccountOpened':
        this.groupOf.set(event.account, event.ownerGroup === 0 ? -event.account : event.ownerGroup)
        return
      case 'OwnerGroupSet':
        this.groupOf.set(event.account, event.ownerGroup)
        return
      case 'OfferSet':
        this.offers.set(`${event.node}/${event.sku}`, event)
        return
      case 'OfferWithdrawn':
        this.offers.delete(`${event.node}/${event.sku}`)
        return
      case 'OrderPlaced':
        return this.#placed(event)
      case 'OrderAmended':
        return this.#amended(event)
      case 'TradeExecuted':
        return this.#traded(event)
      case 'OrderFilled':
        return this.#filled(event)
      case 'OrderEnded':
        return this.#ended(event)
      default:
    }
  }

  /** After the last event of a record: who rests rests, and nothing is crossed. */
  settle(): void {
    for (const { order } of this.#owed.keys())
      must(false, 'units', () => `order ${order} lost some`)
    this.#rest()
    for (const instrument of this.#touched) this.#mustNotCross(instrument)
    this.#touched.clear()
  }

  /** What the account's open orders hold must be what the ledger says. */
  checkHold(account: number): void {
    const formula = this.#held.get(account) ?? 0n
    const posted = this.#money.credit(HOLD, account)
    must(formula === posted, 'hold', () => `account ${account}: ${posted} posted, ${formula} due`)
  }
  /** Levels best first, as a query of the book shows them. */
  levels(instrument: number, side: 'buy' | 'sell'): [number, number, number][] {
    const { prices, queues } = this.#side(instrument, side)
    return prices.map((price) => {
      const queue = queues.get(price)!
      return [price, queue.reduce((sum, order) => sum + order.remaining, 0), queue.length]
    })
  }
  bestOf(instrument: number, side: 'buy' | 'sell'): number | null {
    return this.#side(instrument, side).prices[0] ?? null
  }
  openOrders(account: number): readonly number[] {
    return [...(this.openOf.get(account) ?? [])]
  }

  #delisted(instrument: number): void {
    const isOlder = (id: number): boolean =>
      id !== instrument && this.instruments.get(id)?.status === 'delisted'
    const older = this.tradable.findIndex(isOlder)
    if (older >= 0) this.tradable.splice(older, 1)
  }
  #placed(event: EventOf<'OrderPlaced'>): void {
    const { order, account, key, instrument, side, node, offer, colocate, postOnly } = event
    const { horizonSeconds, capMicro, selfTrade, priceTicks, units } = event
    const pinned = side === 'buy' && node !== null
    const neverRests = event.allOrNone || colocate || event.minUnits > 1 || pinned
    must(priceTicks !== null, 'order', () => `order ${order} has no price`)
    const rest = { priceTicks, remaining: units, filled: 0, heldMicro: 0n, isOpen: true }
    const row: OrderModel = {
      order,
      account,
      key,
      instrument,
      side,
      node,
      offer,
      colocate,
      postOnly,
      neverRests,
      horizonSeconds,
      capMicro,
      selfTrade,
      ...rest,
    }
    this.orders.set(order, row)
    let open = this.openOf.get(account)
    if (open === undefined) this.openOf.set(account, (open = new Set()))
    open.add(order)
    this.#enter(row)
    this.#hold(row)
  }
  #amended({ order, units, priceTicks, keptPriority }: EventOf<'OrderAmended'>): void {
    const row = this.#open(order)
    const owed = this.#owed.get(row)
    must((owed ?? units) === units, 'units', () => `order ${order} has ${owed} left, not ${units}`)
    this.#owed.delete(row)
    if (!keptPriority) {
      this.#leave(row)
      this.#enter(row)
    }
    row.remaining = units
    row.priceTicks = priceTicks
    if (owed === 0) this.#close(row)
    else this.#hold(row)
  }
  /** The maker must be the first in price-time order with which the taker may trade. */
  #traded(event: EventOf<'TradeExecuted'>): void {
    const { trade, takerSide, priceTicks, units } = event
    const taker = this.#open(takerSide === 'buy' ? event.buyOrder : event.sellOrder)
    const maker = this.#open(takerSide === 'buy' ? event.sellOrder : event.buyOrder)
    if (this.#entering.includes(maker)) this.#rest(taker)
    must(maker.priceTicks === priceTicks, 'price', () => `trade ${trade} not at the maker's price`)
    const within =
      takerSide === 'buy' ? priceTicks <= taker.priceTicks : priceTicks >= taker.priceTicks
    must(within, 'price', () => `trade ${trade} is beyond the taker's limit`)
    must(!this.#isSelf(taker, maker), 'self-trade', () => `trade ${trade}`)
    must(!taker.postOnly, 'post-only', () => `trade ${trade}`)
    must(units <= maker.remaining && units <= taker.remaining, 'units', () => `trade ${trade}`)
    this.#mustBeFirst(taker, maker, trade)
    taker.remaining -= units
    maker.remaining -= units
    taker.filled += units
    maker.filled += units
    this.#hold(taker)
    this.#hold(maker)
    if (maker.remaining === 0) this.#leave(maker)
    this.#touched.add(event.instrument)
  }
  #filled({ order, remainingUnits, status }: EventOf<'OrderFilled'>): void {
    const row = this.#open(order)
    const left = row.remaining
    must(remainingUnits <= left, 'units', () => `order ${order} has ${left} left`)
    // Fewer are left than the fills say: self-trade prevention took some, and says so next.
    if (remainingUnits < left) this.#owed.set(row, remainingUnits)
    else if (status === 'filled') this.#close(row)
  }
  #ended({ order, remainingUnits, status }: EventOf<'OrderEnded'>): void {
    const row = this.#open(order)
    if (status === 'filled')
      must(remainingUnits === 0, 'units', () => `order ${order} is not filled`)
    this.#close(row)
  }

  #close(row: OrderModel): void {
    this.#leave(row)
    row.isOpen = false
    this.openOf.get(row.account)?.delete(row.order)
    this.#hold(row)
    this.orders.delete(row.order)
  }
  /** ceil(price × units × horizon / 3600) and the higher fee of the instrument on top of it. */
  #hold(row: OrderModel): void {
    if (row.side === 'sell') return
    const instrument = this.instruments.get(row.instrument)!
    const units = row.isOpen ? row.remaining : 0
    const hourly = BigInt(row.priceTicks) * instrument.tick * BigInt(units)
    const principal = (hourly * BigInt(row.horizonSeconds) + 3_599n) / 3_600n
    const ppm = BigInt(Math.max(instrument.makerFeePpm, instrument.takerFeePpm))
    const held = principal + (principal * ppm + 999_999n) / 1_000_000n
    const before = this.#held.get(row.account) ?? 0n
    this.#held.set(row.account, before + held - row.heldMicro)
    row.heldMicro = held
  }

  #mustBeFirst(taker: OrderModel, maker: OrderModel, trade: number): void {
    const { prices, queues } = this.#side(maker.instrument, maker.side)
    for (const price of prices) {
      for (const first of queues.get(price)!) {
        if (first === maker) return
        const passedOver =
          this.#isSelf(taker, first) ||
          (taker.side === 'buy' && taker.node !== null && taker.node !== first.node) ||
          (taker.colocate && first.remaining < taker.remaining)
        must(passedOver, 'priority', () => `trade ${trade} passed over order ${first.order}`)
      }
    }
    must(false, 'priority', () => `trade ${trade}: maker ${maker.order} is not in the book`)
  }
  #mustNotCross(instrument: number): void {
    const bid = this.bestOf(instrument, 'buy')
    const ask = this.bestOf(instrument, 'sell')
    const isCrossed = bid !== null && ask !== null && bid >= ask
    must(!isCrossed, 'crossed', () => `instrument ${instrument}: ${bid} and ${ask}`)
  }
  #isSelf(a: OrderModel, b: OrderModel): boolean {
    return a.account === b.account || this.groupOf.get(a.account) === this.groupOf.get(b.account)
  }

  #enter(row: OrderModel): void {
    this.#entering.push(row)
  }
  /** Those that entered take their places; the one that trades now is not at rest. */
  #rest(except: OrderModel | null = null): void {
    const entering = this.#entering
    this.#entering = []
    for (const row of entering) {
      if (row === except) this.#entering.push(row)
      else if (row.isOpen && row.remaining > 0 && !row.neverRests) this.#add(row)
    }
  }
  #add(row: OrderModel): void {
    const { prices, queues } = this.#side(row.instrument, row.side)
    const queue = queues.get(row.priceTicks)
    this.#touched.add(row.instrument)
    if (queue !== undefined) {
      queue.push(row)
      return
    }
    queues.set(row.priceTicks, [row])
    const isBehind = (price: number) =>
      row.side === 'buy' ? price < row.priceTicks : price > row.priceTicks
    const at = prices.findIndex(isBehind)
    prices.splice(at < 0 ? prices.length : at, 0, row.priceTicks)
  }
  #leave(row: OrderModel): void {
    this.#entering = this.#entering.filter((one) => one !== row)
    const { prices, queues } = this.#side(row.instrument, row.side)
    const queue = queues.get(row.priceTicks)
    const at = queue?.indexOf(row) ?? -1
    if (queue === undefined || at < 0) return
    queue.splice(at, 1)
    if (queue.length > 0) return
    queues.delete(row.priceTicks)
    prices.splice(prices.indexOf(row.priceTicks), 1)
  }
  #open(order: number): OrderModel {
    const row = this.orders.get(order)
    must(row !== undefined, 'order', () => `order ${order} is not open`)
    return row
  }
  #side(instrument: number, side: 'buy' | 'sell'): Side {
    let book = this.#books.get(instrument)
    if (book === undefined) {
      const empty = (): Side => ({ prices: [], queues: new Map() })
      this.#books.set(instrument, (book = { buy: empty(), sell: empty() }))
    }
    return book[side]
  }
}
