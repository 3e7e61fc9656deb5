/**
 * The trading desk: price-time books, standing offers and standing needs. Commands were checked
 * before (checks.ts); nothing here can refuse or fail. Fills are for the delivery desk; their leases
 * are in the capacity register already. Fills may belong to several buy orders.
 */
import type {
  BookView,
  CommandOf,
  InstrumentView,
  OfferView,
  OrderEnd,
  OrderView,
  TradeView,
} from '../../messages/index.ts'
import type { Context } from '../context.ts'
import type { AnyTable, Stateful } from '../table.ts'
import { amend } from './amend.ts'
import { cancelAfter } from './cancel-after.ts'
import { endOrder, holdCapacity } from './end.ts'
import { Market } from './market.ts'
import { retryNeeds } from './needs.ts'
import { follow, refreshNode, setOffer, withdrawOffer } from './offers.ts'
import { enter, newOrder, type Taken } from './place.ts'
import type { OrderRow } from './rows.ts'
import { bookView, instrumentView, offerViews, orderView, recentTrades } from './views.ts'
import type { Fill, MarketWorld, TradingWorld } from './world.ts'

export class TradingDesk implements Stateful {
  readonly market: Market
  readonly tables: readonly AnyTable[]
  readonly world: MarketWorld

  constructor(world: TradingWorld) {
    this.market = new Market(world.counters)
    this.tables = this.market.tables
    this.world = { ...world, market: this.market }
  }

  /** `failedNodes` are machines that did not start for the orders that this one replaces. */
  place(
    ctx: Context,
    c: CommandOf<'PlaceOrder'>,
    failedNodes: readonly number[] = [],
  ): { order: OrderRow; fills: readonly Fill[] } {
    const order = newOrder(this.world, ctx, c, failedNodes)
    return { order, fills: this.#settle(ctx, enter(this.world, ctx, order)) }
  }
  amend(ctx: Context, c: CommandOf<'AmendOrder'>): readonly Fill[] {
    return this.#settle(ctx, amend(this.world, ctx, c))
  }
  cancel(ctx: Context, order: number, end: OrderEnd): void {
    const row = this.market.orders.must(order)
    endOrder(this.world, ctx, row, end)
  }
  /**
   * Cancels the account's orders of an instrument (null: of all), but not those of offers. Answers
   * the nodes that have room again: refresh them.
   */
  cancelAll(ctx: Context, account: number, instrument: number | null, end: OrderEnd): number[] {
    const nodes = new Set<number>()
    for (const row of this.market.rowsOf(this.market.openOf.of(account))) {
      if (row.offer !== null || (instrument ?? row.instrument) !== row.instrument) continue
      if (row.side === 'sell' && row.node !== null) nodes.add(row.node)
      this.cancel(ctx, row.order, end)
    }
    return [...nodes]
  }
  /** Arms the account's dead-man switch anew; 0 seconds disarm it. */
  cancelAfter(ctx: Context, account: number, seconds: number): void {
    cancelAfter(this.world, ctx, account, seconds)
  }
  /** Timer `cancel_after`. Answers the nodes that have room again, as cancelAll does. */
  fireCancelAfter(ctx: Context, account: number): number[] {
    cancelAfter(this.world, ctx, account, 0)
    return this.cancelAll(ctx, account, null, 'CANCEL_AFTER')
  }
  /** Timer `order_expiry`. Answers the nodes that have room again, as cancelAll does. */
  expire(ctx: Context, order: number): number[] {
    const row = this.market.orders.get(order)
    if (row === undefined) return []
    endOrder(this.world, ctx, row, 'EXPIRED')
    return row.side === 'sell' && row.node !== null ? [row.node] : []
  }

  setOffer(ctx: Context, c: CommandOf<'SetOffer'>): readonly Fill[] {
    return this.#settle(ctx, { fills: setOffer(this.world, ctx, c), expired: [] })
  }
  withdrawOffer(ctx: Context, node: number, sku: number, reason: string): void {
    const row = this.market.offer(node, sku)
    if (row !== undefined) withdrawOffer(this.world, ctx, row, reason)
  }
  /** Timer `offer_expiry`. */
  expireOffer(ctx: Context, offer: number): void {
    const row = this.market.offers.get(offer)
    if (row !== undefined) withdrawOffer(this.world, ctx, row, 'EXPIRED')
  }
  /** After anything that changes what a node can deliver or be sold as. */
  refreshNode(ctx: Context, node: number): Fill[] {
    return refreshNode(this.world, ctx, node)
  }
  /** Ends orders of a delisted instrument while the command is not full; true when none is left. */
  endDelisted(ctx: Context, instrument: number): boolean {
    for (const row of this.market.ordersOf(instrument)) {
      if (ctx.isFull) return false
      endOrder(this.world, ctx, row, 'INSTRUMENT_DELISTED')
    }
    return true
  }
  /** Nodes whose offers belong into the instrument, or would at another grade; all or `blocked` ones. */
  nodesOffering(instrument: number, blocked: string | null = null): number[] {
    const { sku, hub } = this.world.catalog.mustInstrument(instrument)
    const nodes = new Set<number>()
    for (const offer of this.market.offers.values()) {
      if (offer.sku !== sku || (blocked !== null && offer.blocked !== blocked)) continue
      if (this.world.catalog.mustNode(offer.node).hub === hub) nodes.add(offer.node)
    }
    return [...nodes]
  }
  /** Nodes with a sell order in the instrument. */
  nodesSelling(instrument: number): number[] {
    return [...this.market.ordersOf(instrument)].flatMap(({ side, node }) =>
      side === 'sell' && node !== null ? [node] : [],
    )
  }
  /** Standing needs tried again after supply came, at most 64 an event. */
  retryNeeds(ctx: Context, instrument: number): { order: OrderRow; fills: readonly Fill[] }[] {
    return retryNeeds(this.world, ctx, instrument).map(({ order, taken }) => ({
      order,
      fills: this.#settle(ctx, taken),
    }))
  }

  instrumentViews(): InstrumentView[] {
    return this.world.catalog.instruments.rows().map((row) => instrumentView(this.world, row))
  }
  bookView(
    instrument: number,
    depth: number,
    now: { seq: number; timeUs: number },
  ): BookView | null {
    return bookView(this.world, instrument, depth, now)
  }
  recentTrades(instrument: number, limit: number): readonly TradeView[] {
    return recentTrades(this.world, instrument, limit)
  }
  offerViews(account: number | null, timeUs: number): OfferView[] {
    return offerViews(this.world, account, timeUs)
  }
  openOrders(account: number): OrderView[] {
    return this.market.rowsOf(this.market.openOf.of(account)).map(orderView)
  }
  orderView(order: number): OrderView | null {
    return viewOf(this.market.find(order))
  }
  orderByClientId(account: number, clientOrderId: string): OrderView | null {
    return viewOf(this.market.byLabel(account, clientOrderId))
  }

  rebuild(): void {
    this.market.rebuild()
    for (const row of this.market.orders.values()) holdCapacity(this.world, row)
  }

  /** Linked offers follow their machines; offers that their own group expired enter again. */
  #settle(ctx: Context, taken: Taken): readonly Fill[] {
    const { fills, expired } = taken
    if (fills.length === 0 && expired.length === 0) return fills
    for (const node of this.#offering(fills.map((each) => each.node))) follow(this.world, ctx, node)
    if (expired.length === 0) return fills
    return [...fills, ...this.#offering(expired).flatMap((node) => this.refreshNode(ctx, node))]
  }
  /** Those of the nodes that have standing offers, each once. */
  #offering(nodes: readonly number[]): number[] {
    if (this.market.offers.size === 0) return []
    const offering = nodes.filter((node) => this.market.offersOn.count(node) > 0)
    return offering.length < 2 ? offering : [...new Set(offering)]
  }
}

function viewOf(row: OrderRow | undefined): OrderView | null {
  return row === undefined ? null : orderView(row)
}
