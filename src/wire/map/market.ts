/** Goods, books and prices as the API shows them. */
import { ceilDiv, floorDiv, formatTime } from '../../kernel/index.ts'
import type {
  BookView,
  CandleRow,
  HubView,
  InstrumentView,
  OfferView,
  SkuView,
  SummaryRow,
  TradeView,
} from '../../messages/index.ts'
import { averagePriceText, priceText } from '../decimal.ts'
import type { Book, Candle, Hub, Instrument, Level, Offer } from '../dto/market.ts'
import type { Product, Ticker, Trade } from '../dto/market.ts'
import { idOf } from '../id.ts'
import { CURRENCY, timeOrNull, toResources, type InstrumentRef } from './common.ts'

const PPM = 1_000_000n
const MAX_TICKS = 0xffff_ffff

export function toHub(view: HubView): Hub {
  return { id: idOf('hub', view.hub), code: view.code, name: { ...view.name } }
}

export function toProduct(view: SkuView): Product {
  return {
    id: idOf('sku', view.sku),
    code: view.code,
    class: view.class,
    unit: view.unit,
    bundle: toResources(view.bundle),
    name: { ...view.name },
  }
}

function priceOrNull(ticks: number | null, { tickMicro }: InstrumentRef): string | null {
  return ticks === null ? null : priceText(ticks, tickMicro)
}

/**
 * Ticks below which nobody may sell and above which nobody may buy: reference × (1 ± band), inwards
 * to whole ticks (rule TRD-004); null without a band.
 */
export function priceBand(
  view: Pick<InstrumentView, 'referenceTicks' | 'bandPpm'>,
): { low: number; high: number } | null {
  if (view.bandPpm === 0) return null
  const reference = BigInt(view.referenceTicks)
  const share = BigInt(view.bandPpm)
  const low = ceilDiv(reference * (PPM > share ? PPM - share : 0n), PPM)
  return { low: Number(low), high: Number(floorDiv(reference * (PPM + share), PPM)) }
}

export function toInstrument(view: InstrumentView): Instrument {
  const band = priceBand(view)
  return {
    id: idOf('instrument', view.instrument),
    symbol: view.symbol,
    product: toProduct(view.sku),
    grade: view.grade,
    hub: toHub(view.hub),
    currency: CURRENCY,
    tick_size: priceText(1, view.tickMicro),
    reference_price: priceText(view.referenceTicks, view.tickMicro),
    band_low: priceText(Math.max(1, band?.low ?? 1), view.tickMicro),
    band_high: priceText(band?.high ?? MAX_TICKS, view.tickMicro),
    maker_fee_ppm: view.makerFeePpm,
    taker_fee_ppm: view.takerFeePpm,
    seller_fee_ppm: view.sellerFeePpm,
    horizon_seconds: view.horizonSeconds,
    notice_seconds: view.noticeSeconds,
    interruptible: view.interruptible,
    status: view.status,
    best_bid: priceOrNull(view.bestBidTicks, view),
    best_ask: priceOrNull(view.bestAskTicks, view),
    last_price: priceOrNull(view.lastTicks, view),
    last_trade_at: timeOrNull(view.lastTradeAtUs),
  }
}

/** Levels of one side: [price, units, orders]. */
function toLevels(
  side: readonly (readonly [number, number, number])[],
  { tickMicro }: InstrumentRef,
): Level[] {
  return side.map(([ticks, units, orders]) => [priceText(ticks, tickMicro), units, orders])
}

export function toBook(view: BookView, ref: InstrumentRef): Book {
  return {
    symbol: ref.symbol,
    seq: view.seq,
    at: formatTime(view.timeUs),
    bids: toLevels(view.bids, ref),
    asks: toLevels(view.asks, ref),
  }
}

export function toTrade(view: TradeView, ref: InstrumentRef): Trade {
  return {
    id: idOf('trade', view.trade),
    symbol: ref.symbol,
    price: priceText(view.priceTicks, ref.tickMicro),
    units: view.units,
    taker_side: view.takerSide,
    at: formatTime(view.timeUs),
  }
}

export function toCandle(row: CandleRow, { tickMicro }: InstrumentRef): Candle {
  return [
    formatTime(row.openUs),
    priceText(row.openTicks, tickMicro),
    priceText(row.highTicks, tickMicro),
    priceText(row.lowTicks, tickMicro),
    priceText(row.closeTicks, tickMicro),
    row.units,
    row.trades,
  ]
}

/** `day` is the summary of the last 24 hours, null while history is being rebuilt. */
export function toTicker(view: InstrumentView, day: SummaryRow | null, seq: number): Ticker {
  return {
    symbol: view.symbol,
    last: priceOrNull(view.lastTicks, view),
    bid: priceOrNull(view.bestBidTicks, view),
    ask: priceOrNull(view.bestAskTicks, view),
    open: priceOrNull(day?.openTicks ?? null, view),
    high: priceOrNull(day?.highTicks ?? null, view),
    low: priceOrNull(day?.lowTicks ?? null, view),
    vwap: day === null ? null : averagePriceText(day.tickUnits, day.units, view.tickMicro),
    units: day?.units ?? 0,
    last_trade_at: timeOrNull(view.lastTradeAtUs),
    currency: CURRENCY,
    seq,
  }
}

export function toOffer(
  view: OfferView,
  goods: {
    readonly sku: SkuView
    readonly hub: HubView
    readonly instrument: InstrumentView | null
  },
): Offer {
  return {
    node_id: idOf('node', view.node),
    account_id: idOf('account', view.account),
    product_id: idOf('sku', view.sku),
    product_code: goods.sku.code,
    class: goods.sku.class,
    unit: goods.sku.unit,
    bundle: toResources(goods.sku.bundle),
    symbol: goods.instrument?.symbol ?? null,
    hub: toHub(goods.hub),
    grade: view.grade,
    isolation: view.isolation,
    price: priceText(view.priceTicks, view.tickMicro),
    currency: CURRENCY,
    max_units: view.maxUnits,
    available_units: view.availableUnits,
    until_at: timeOrNull(view.untilUs),
    next_commitment_at: timeOrNull(view.nextCommitmentUs),
    blocked: view.blocked,
    interruptible: goods.instrument?.interruptible ?? false,
  }
}
