/**
 * Standing offers: one resting sell order each, whose units follow the machine (BLUEPRINT section 4).
 * All offers of a node are alternatives on the same resources under one hold.
 */
import type { CommandOf, OrderEnd } from '../../messages/index.ts'
import { less, most, NOTHING, plus, times, unitsIn } from '../capacity/resources.ts'
import type { InstrumentRow, NodeRow } from '../catalog/rows.ts'
import type { Context } from '../context.ts'
import { endOrder } from './end.ts'
import { band } from './price-band.ts'
import { attempt, enter } from './place.ts'
import { isSelf, within } from './probe.ts'
import { NONE } from './order-pool.ts'
import { writeOrder, type OrderTerms } from './order-row.ts'
import type { OfferRow, OrderRow } from './rows.ts'
import { shrink } from './sweep.ts'
import type { Fill, MarketWorld } from './world.ts'

/** Creates or replaces the offer of {node, SKU}, and lets the node's offers follow. */
export function setOffer(x: MarketWorld, ctx: Context, c: CommandOf<'SetOffer'>): Fill[] {
  const { node, sku, priceTicks, maxUnits, untilUs } = c
  ctx.emit({ kind: 'OfferSet', account: ctx.account, node, sku, priceTicks, maxUnits, untilUs })
  let row = x.market.offer(node, sku)
  if (row === undefined) {
    const offer = x.counters.next('offer')
    const terms = { node, sku, priceTicks, maxUnits, untilUs }
    row = { offer, account: ctx.account, ...terms, expiryTimer: 0, order: null, blocked: null }
    x.market.addOffer(row)
  } else if (row.priceTicks !== priceTicks && row.order !== null) {
    endOrder(x, ctx, x.market.orders.must(row.order), 'OFFER_CHANGED')
  }
  x.timers.cancel(row.expiryTimer)
  const expiryTimer = untilUs === null ? 0 : x.timers.schedule(untilUs, 'offer_expiry', row.offer)
  Object.assign(row, { priceTicks, maxUnits, untilUs, expiryTimer })
  return refreshNode(x, ctx, node)
}

/** Takes the offer and its resting order away. Leases sold from it go on. */
export function withdrawOffer(x: MarketWorld, ctx: Context, row: OfferRow, reason: string): void {
  if (row.order !== null) endOrder(x, ctx, x.market.orders.must(row.order), 'OFFER_WITHDRAWN')
  x.timers.cancel(row.expiryTimer)
  x.market.removeOffer(row)
  ctx.emit({ kind: 'OfferWithdrawn', node: row.node, sku: row.sku, reason })
  follow(x, ctx, row.node)
}

/**
 * Makes every sell order of a node what the machine can deliver now: one-shot sells shrink or end,
 * offers leave the book with a reason, shrink (keeping priority), grow (at the back) or enter again
 * under the instrument of the node's present grade. What enters or grows may trade with resting bids.
 */
export function refreshNode(x: MarketWorld, ctx: Context, id: number): Fill[] {
  const node = x.catalog.mustNode(id)
  const fills: Fill[] = []
  fitSells(x, ctx, node)
  for (const offer of x.market.offersOfNode(id)) {
    const place = placeOf(x, node, offer)
    if ('blocked' in place) block(x, ctx, offer, place)
    else fills.push(...grow(x, ctx, offer, place.instrument))
  }
  follow(x, ctx, id)
  return fills
}

/** After trades: offers of the node shrink to what is left, and the one hold follows. No trades. */
export function follow(x: MarketWorld, ctx: Context, node: number): void {
  let hold = NOTHING
  for (const offer of x.market.offersOfNode(node)) {
    if (offer.order === null) {
      offer.blocked ??= 'SOLD_OUT'
      continue
    }
    const order = x.market.orders.must(offer.order)
    const units = unitsOf(x, ctx, offer)
    if (units === 0) {
      endOrder(x, ctx, order, 'CAPACITY_GONE')
      offer.blocked = 'SOLD_OUT'
      continue
    }
    if (units < order.remainingUnits) shrink(x, ctx, order, order.remainingUnits - units)
    hold = most(hold, times(x.catalog.mustSku(offer.sku).bundle, order.remainingUnits))
  }
  x.capacity.setHold(node, hold)
}

/** Units that the offer may have in the book: what the machine has left, and its own maximum. */
function unitsOf(x: MarketWorld, ctx: Context, offer: OfferRow): number {
  const room = x.capacity.roomForOffers(offer.node, ctx.timeUs)
  const left = offer.maxUnits - x.capacity.leasedUnits(offer.node, offer.sku)
  return Math.max(0, Math.min(left, unitsIn(room, x.catalog.mustSku(offer.sku).bundle)))
}

interface Blocked {
  readonly blocked: string
  readonly end: OrderEnd
}
const ENDS: Readonly<Record<string, OrderEnd>> = {
  lost: 'NODE_LOST',
  disconnected: 'NODE_LOST',
  draining: 'NODE_MAINTENANCE',
  maintenance: 'NODE_MAINTENANCE',
}

/** Where the offer's order belongs now, or why nowhere. */
function placeOf(
  x: MarketWorld,
  node: NodeRow,
  offer: OfferRow,
): { instrument: InstrumentRow } | Blocked {
  const why = x.catalog.nodeTradable(node)
  if (why !== null) return { blocked: why, end: ENDS[why] ?? 'CAPACITY_GONE' }
  const grade = x.catalog.gradeOf(node, offer.sku)
  const instrument = x.catalog.instrumentFor(offer.sku, grade, node.hub)
  if (instrument === undefined) return { blocked: 'GRADE_MISSING', end: 'GRADE_CHANGED' }
  return { instrument }
}

function block(x: MarketWorld, ctx: Context, offer: OfferRow, why: Blocked): void {
  offer.blocked = why.blocked
  if (offer.order !== null) endOrder(x, ctx, x.market.orders.must(offer.order), why.end)
}

/** Enters the offer's order or gives it more units; less is the business of `follow`. */
function grow(x: MarketWorld, ctx: Context, offer: OfferRow, instrument: InstrumentRow): Fill[] {
  const there = offer.order === null ? undefined : x.market.orders.must(offer.order)
  if (there !== undefined && there.instrument !== instrument.instrument) {
    endOrder(x, ctx, there, 'GRADE_CHANGED')
    return grow(x, ctx, offer, instrument)
  }
  if (instrument.status !== 'listed') {
    if (there === undefined) offer.blocked = 'MARKET_HALTED'
    return []
  }
  offer.blocked = null
  const units = unitsOf(x, ctx, offer)
  if (units <= (there?.remainingUnits ?? 0)) {
    return []
  }
  if (there === undefined) return enterOffer(x, ctx, offer, instrument, units)
  x.market.unrest(there)
  there.units += units - there.remainingUnits
  there.remainingUnits = units
  const { order, priceTicks } = there
  ctx.emit({ kind: 'OrderAmended', order, units, priceTicks, keptPriority: false })
  return [...attempt(x, ctx, there).fills]
}

function enterOffer(
  x: MarketWorld,
  ctx: Context,
  offer: OfferRow,
  instrument: InstrumentRow,
  units: number,
): Fill[] {
  offer.blocked = whyNot(x, offer, instrument)
  if (offer.blocked !== null) return []
  const row = offerOrder(x, ctx, offer, instrument, units)
  offer.order = row.order
  const { fills } = enter(x, ctx, row)
  if (row.end === 'SELF_TRADE') offer.blocked = 'SELF_TRADE'
  return [...fills]
}

/** An offer waits outside the book while its price is out of the band or its own group bids it. */
function whyNot(x: MarketWorld, offer: OfferRow, instrument: InstrumentRow): string | null {
  const limits = band(instrument)
  if (limits !== null && offer.priceTicks < limits.low) return 'PRICE_BAND'
  const book = x.market.book(instrument.instrument)
  const slot = book.first('buy')
  if (slot === NONE || !within('sell', book.price(slot), offer.priceTicks)) return null
  return isSelf(x, offer, x.market.orders.byHandle(book.handle(slot))) ? 'SELF_TRADE' : null
}

const SELL = { side: 'sell', selfTrade: 'expire_taker', colocate: false } as const

function offerOrder(
  x: MarketWorld,
  ctx: Context,
  offer: OfferRow,
  instrument: InstrumentRow,
  units: number,
): OrderRow {
  const head = {
    order: x.market.orderIds.next(),
    account: offer.account,
    key: 0,
    priceTicks: offer.priceTicks,
    horizonSeconds: instrument.horizonSeconds,
    feePpm: 0,
    offer: offer.offer,
    failedNodes: [],
    placedAtUs: ctx.timeUs,
  }
  const { node } = offer
  const terms = { ...FOLLOWER, instrument: instrument.instrument, units, node }
  return writeOrder(x.market.orders.blank(), head, terms)
}

/** The order of an offer: what does not come from the offer itself. */
const FOLLOWER: Omit<OrderTerms, 'instrument' | 'units' | 'node'> = {
  ...SELL,
  type: 'limit',
  timeInForce: 'GTC',
  expiresAtUs: null,
  postOnly: false,
  allOrNone: false,
  minUnits: 0,
  standing: false,
  horizonSeconds: 0,
  durationSeconds: null,
  capMicro: null,
  clientOrderId: null,
  capacity: 'principal',
  onBehalfOf: null,
  workload: null,
  retryTicks: null,
}

/** One-shot sell orders keep what still fits beside the promises, oldest first. */
function fitSells(x: MarketWorld, ctx: Context, node: NodeRow): void {
  const why = x.catalog.nodeTradable(node)
  let held = NOTHING
  for (const row of x.market.rowsOf(x.market.sellsOn.of(node.node))) {
    const instrument = x.catalog.mustInstrument(row.instrument)
    if (why !== null) endOrder(x, ctx, row, ENDS[why] ?? 'CAPACITY_GONE')
    else if (x.catalog.gradeOf(node, instrument.sku) !== instrument.grade) {
      endOrder(x, ctx, row, 'GRADE_CHANGED')
    } else {
      const { bundle } = x.catalog.mustSku(instrument.sku)
      const room = x.capacity.room(node.node, ctx.timeUs)
      const units = unitsIn(less(room, held), bundle)
      if (units === 0) {
        endOrder(x, ctx, row, 'CAPACITY_GONE')
        continue
      }
      if (units < row.remainingUnits) shrink(x, ctx, row, row.remainingUnits - units)
      held = plus(held, times(bundle, row.remainingUnits))
    }
  }
}
