import { instrumentStatus, legalMode, side, skuClass, skuUnit } from '../../messages/index.ts'
import {
  ArrayOf,
  Bool,
  Closed,
  Count,
  Decimal,
  Id,
  Integer,
  Nullable,
  Optional,
  Shape,
  Text,
  Time,
  U32,
  Word,
  Words,
  type Static,
} from '../schema.ts'
import { Tuple } from 'typebox'
import { Currency, Grade, Isolation, LocalText, Resources } from './common.ts'
import { PlaceOrderBody } from './orders.ts'

export const Status = Shape({
  venue: Text(),
  exchange_public_key: Text(),
  mode: Word(legalMode),
  /** play money and default keys: the page says so everywhere */
  sandbox: Bool(),
  rules: Count,
  seq: Count,
  now: Time,
  retention_seconds: Count,
  version: Text(),
  instruments: ArrayOf(Shape({ symbol: Text(), status: Word(instrumentStatus) })),
})
export type Status = Static<typeof Status>

export const Hub = Shape({ id: Id('hub'), code: Text(), name: LocalText })
export type Hub = Static<typeof Hub>

export const Product = Shape({
  id: Id('sku'),
  code: Text(),
  class: Word(skuClass),
  unit: Word(skuUnit),
  bundle: Resources,
  name: LocalText,
})
export type Product = Static<typeof Product>

/** Prices are per unit-hour in `currency`, whole multiples of `tick_size`. */
export const Instrument = Shape({
  id: Id('instrument'),
  symbol: Text(),
  product: Product,
  grade: Grade,
  hub: Hub,
  currency: Currency,
  tick_size: Decimal,
  reference_price: Decimal,
  /** nobody sells below; one tick without a band */
  band_low: Decimal,
  /** nobody buys above; the highest price there is without a band */
  band_high: Decimal,
  maker_fee_ppm: U32,
  taker_fee_ppm: U32,
  seller_fee_ppm: U32,
  horizon_seconds: U32,
  notice_seconds: U32,
  interruptible: Bool(),
  status: Word(instrumentStatus),
  best_bid: Nullable(Decimal),
  best_ask: Nullable(Decimal),
  last_price: Nullable(Decimal),
  last_trade_at: Nullable(Time),
})
export type Instrument = Static<typeof Instrument>

/** [price, units, orders], best first; in updates units 0 removes the level. */
export const Level = Tuple([Decimal, Integer(), Integer()])
export type Level = Static<typeof Level>
export const Book = Shape({
  symbol: Text(),
  seq: Count,
  at: Time,
  bids: ArrayOf(Level),
  asks: ArrayOf(Level),
})
export type Book = Static<typeof Book>

export const Trade = Shape({
  id: Id('trade'),
  symbol: Text(),
  price: Decimal,
  units: Count,
  taker_side: Word(side),
  at: Time,
})
export type Trade = Static<typeof Trade>

/** [open_at, open, high, low, close, units, trades] */
export const Candle = Tuple([Time, Decimal, Decimal, Decimal, Decimal, Integer(), Integer()])
export type Candle = Static<typeof Candle>
export const CandleInterval = Words('1m', '5m', '15m', '1h', '1d')

export const Ticker = Shape({
  symbol: Text(),
  last: Nullable(Decimal),
  bid: Nullable(Decimal),
  ask: Nullable(Decimal),
  /** over the last 24 hours; null when nothing traded */
  open: Nullable(Decimal),
  high: Nullable(Decimal),
  low: Nullable(Decimal),
  vwap: Nullable(Decimal),
  units: Count,
  last_trade_at: Nullable(Time),
  currency: Currency,
  seq: Count,
})
export type Ticker = Static<typeof Ticker>

/** A standing offer with what can be bought of it now. */
export const Offer = Shape({
  node_id: Id('node'),
  account_id: Id('account'),
  product_id: Id('sku'),
  product_code: Text(),
  class: Word(skuClass),
  unit: Word(skuUnit),
  bundle: Resources,
  symbol: Nullable(Text()),
  hub: Hub,
  grade: Grade,
  isolation: Isolation,
  price: Decimal,
  currency: Currency,
  max_units: Count,
  available_units: Count,
  until_at: Nullable(Time),
  next_commitment_at: Nullable(Time),
  /** why nothing of it is in the book now */
  blocked: Nullable(Text()),
  interruptible: Bool(),
})
export type Offer = Static<typeof Offer>

export const OfferQuery = Closed({
  class: Optional(Word(skuClass)),
  hub: Optional(Text()),
  symbol: Optional(Text()),
  price_lte: Optional(Decimal),
  grade_gte: Optional(Grade),
  available: Optional(Bool()),
})

/** What a buyer needs: for one machine when `colocate`, for all units together otherwise. */
export const QuoteBody = Closed({
  class: Optional(Word(skuClass)),
  cores: Optional(U32),
  memory_mib: Optional(U32),
  disk_mib: Optional(U32),
  cards: Optional(U32),
  duration_seconds: Optional(Nullable(U32)),
  max_price: Optional(Nullable(Decimal)),
  hub_id: Optional(Nullable(Id('hub'))),
  symbol: Optional(Nullable(Text())),
  colocate: Optional(Bool()),
  /** accept machines without isolation (sandbox only) */
  isolation_none: Optional(Bool()),
})
export type QuoteBody = Static<typeof QuoteBody>

/** One instrument that can serve the need now. Money is for `horizon_seconds`, the first funding. */
export const QuoteLeg = Shape({
  instrument_id: Id('instrument'),
  symbol: Text(),
  units: Count,
  price: Decimal,
  principal: Decimal,
  fee: Decimal,
  /** principal + fee: what the order holds */
  escrow: Decimal,
  /** bill for the duration asked (the horizon when open-ended), fee included */
  total: Decimal,
  per_hour: Decimal,
  horizon_seconds: Count,
  hub: Hub,
  grade: Grade,
  node_id: Nullable(Id('node')),
  isolation: Isolation,
  interruptible: Bool(),
  notice_seconds: Count,
  until_at: Nullable(Time),
  /** the dimension that decided the number of units */
  dimension: Text(),
  post_order_body: PlaceOrderBody,
})
export type QuoteLeg = Static<typeof QuoteLeg>

export const Quote = Shape({
  seq: Count,
  at: Time,
  currency: Currency,
  available: Bool(),
  /** cheapest first; each serves the whole need */
  legs: ArrayOf(QuoteLeg),
  /** of the first leg; null when nothing fits */
  total: Nullable(Decimal),
  fee: Nullable(Decimal),
  escrow: Nullable(Decimal),
  post_order_body: Nullable(PlaceOrderBody),
  notices: ArrayOf(Shape({ code: Text(), message: Text() })),
  unavailable: ArrayOf(Shape({ symbol: Text(), why: Text(), dimension: Nullable(Text()) })),
})
export type Quote = Static<typeof Quote>
