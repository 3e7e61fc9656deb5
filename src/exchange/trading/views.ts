/** What queries say of books, trades, orders and offers. */
import type {
  BookView,
  InstrumentView,
  OfferView,
  OrderView,
  TradeView,
} from '../../messages/index.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import type { OfferRow, OrderRow } from './rows.ts'
import type { MarketWorld } from './world.ts'

export function instrumentView(x: MarketWorld, row: InstrumentRow): InstrumentView {
  const book = x.market.book(row.instrument)
  const last = x.market.tape.last(row.instrument)
  const { sku, hub, ...terms } = row
  return {
    ...terms,
    tickMicro: BigInt(terms.tickMicro),
    sku: { ...x.catalog.mustSku(sku) },
    hub: { ...x.catalog.hubs.must(hub) },
    bestBidTicks: book.best('buy'),
    bestAskTicks: book.best('sell'),
    lastTicks: last?.priceTicks ?? null,
    lastTradeAtUs: last?.timeUs ?? null,
  }
}

/** Up to `depth` levels a side; null when there is no such instrument. */
export function bookView(
  x: MarketWorld,
  instrument: number,
  depth: number,
  now: { readonly seq: number; readonly timeUs: number },
): BookView | null {
  if (x.catalog.instrument(instrument) === undefined) return null
  const book = x.market.book(instrument)
  const { seq, timeUs } = now
  return {
    instrument,
    seq,
    timeUs,
    bids: book.levels('buy', depth),
    asks: book.levels('sell', depth),
  }
}

/** Newest first. */
export function recentTrades(
  x: MarketWorld,
  instrument: number,
  limit: number,
): readonly TradeView[] {
  return x.market.tape.newest(instrument, limit)
}

/** `allocations` is the delivery desk's to fill in. */
export function orderView(row: OrderRow): OrderView {
  const { order, account, instrument, side, type, timeInForce, status, end, detail } = row
  const { units, filledUnits, remainingUnits, priceTicks, filledTickUnits } = row
  const { clientOrderId, node, placedAtUs, expiresAtUs, horizonSeconds, durationSeconds } = row
  const { replacedBy, retryRefused } = row
  return {
    order,
    account,
    instrument,
    side,
    type,
    timeInForce,
    status,
    end,
    detail,
    units,
    filledUnits,
    remainingUnits,
    priceTicks,
    filledTickUnits,
    heldMicro: BigInt(row.heldPrincipalMicro + row.heldFeeMicro),
    clientOrderId,
    offer: row.offer !== null,
    node,
    placedAtUs,
    expiresAtUs,
    horizonSeconds,
    durationSeconds,
    allocations: [],
    replacedBy,
    retryRefused,
  }
}

/** Offers of an account, or of all. */
export function offerViews(x: MarketWorld, account: number | null, timeUs: number): OfferView[] {
  const rows = x.market.offers.rows()
  return rows
    .filter((row) => account === null || row.account === account)
    .map((row) => offerView(x, row, timeUs))
}

function offerView(x: MarketWorld, row: OfferRow, timeUs: number): OfferView {
  const { account, node, sku, priceTicks, maxUnits, untilUs, blocked } = row
  const machine = x.catalog.mustNode(node)
  const grade = x.catalog.gradeOf(machine, sku)
  const instrument = x.catalog.instrumentFor(sku, grade, machine.hub)
  const order = row.order === null ? undefined : x.market.orders.must(row.order)
  return {
    account,
    node,
    sku,
    hub: machine.hub,
    instrument: instrument?.instrument ?? null,
    grade,
    isolation: machine.isolation,
    priceTicks,
    tickMicro: BigInt(instrument?.tickMicro ?? 0),
    maxUnits,
    availableUnits: order?.remainingUnits ?? 0,
    untilUs,
    nextCommitmentUs: x.capacity.endOf(node, x.catalog.mustSku(sku).bundle, timeUs),
    blocked,
  }
}
