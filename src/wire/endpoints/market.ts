import { endpoints } from '../endpoint.ts'
import {
  ArrayOf,
  Closed,
  Integer,
  ListOf,
  Optional,
  PageOf,
  Shape,
  Text,
  Time,
  TimeInput,
  minSeq,
  pageQuery,
  Count,
} from '../schema.ts'
import { Catalog } from '../dto/catalogue.ts'
import {
  Book,
  Candle,
  CandleInterval,
  Hub,
  Instrument,
  Offer,
  OfferQuery,
  Product,
  Quote,
  QuoteBody,
  Status,
  Ticker,
  Trade,
} from '../dto/market.ts'
import { Unknown } from 'typebox'

const define = endpoints('market')
const depth = Optional(Integer({ minimum: 1, maximum: 200 }))

export const marketEndpoints = {
  getTime: define('GET /v1/time', {
    access: 'public',
    summary: 'Clock of the exchange and the last durable sequence number',
    response: Shape({ now: Time, seq: Count }),
  }),
  getStatus: define('GET /v1/status', {
    access: 'public',
    summary: 'Venue, legal mode, rules and state of every instrument',
    response: Status,
  }),
  getLimits: define('GET /v1/limits', {
    access: 'public',
    summary: 'Every limit, and the request rates a key is allowed',
    response: Shape({
      limits: ArrayOf(Shape({ name: Text(), value: Text() })),
      rates: ArrayOf(Shape({ name: Text(), requests: Integer(), seconds: Integer() })),
    }),
  }),
  getOpenApi: define('GET /v1/openapi.json', {
    access: 'public',
    summary: 'This API as OpenAPI 3.1, from the schemas that validate',
    response: Unknown(),
  }),
  getAsyncApi: define('GET /v1/asyncapi.json', {
    access: 'public',
    summary: 'The WebSocket /v1/ws as AsyncAPI 3.0, from the schemas that validate',
    response: Unknown(),
  }),
  listInstruments: define('GET /v1/instruments', {
    access: 'public',
    summary: 'Everything with a book',
    response: ListOf(Instrument),
  }),
  getInstrument: define('GET /v1/instruments/{symbol}', {
    access: 'public',
    summary: 'One instrument',
    response: Instrument,
  }),
  getBook: define('GET /v1/instruments/{symbol}/book', {
    access: 'public',
    summary: 'Order book, best levels first',
    query: Closed({ depth }),
    response: Book,
  }),
  listTrades: define('GET /v1/instruments/{symbol}/trades', {
    access: 'public',
    summary: 'Trades, newest first',
    query: Closed({ ...pageQuery, ...minSeq, after_seq: Optional(Count) }),
    response: PageOf(Trade),
  }),
  listCandles: define('GET /v1/instruments/{symbol}/candles', {
    access: 'public',
    summary: 'Bars, oldest first; intervals without trades are left out',
    query: Closed({
      interval: Optional(CandleInterval),
      from: Optional(TimeInput),
      until: Optional(TimeInput),
      limit: Optional(Integer({ minimum: 1, maximum: 1_000 })),
      ...minSeq,
    }),
    response: Shape({ symbol: Text(), interval: CandleInterval, data: ArrayOf(Candle) }),
  }),
  getTicker: define('GET /v1/instruments/{symbol}/ticker', {
    access: 'public',
    summary: 'Last, best prices and the last 24 hours',
    response: Ticker,
  }),
  listTickers: define('GET /v1/tickers', {
    access: 'public',
    summary: 'The ticker of every instrument',
    response: ListOf(Ticker),
  }),
  listProducts: define('GET /v1/products', {
    access: 'public',
    summary: 'SKUs: what bundles of resources are sold',
    response: ListOf(Product),
  }),
  getCatalog: define('GET /v1/catalog', {
    access: 'public',
    summary: 'Every product with the grades of its machines, offers, standard price and trend',
    query: Closed(minSeq),
    response: Catalog,
  }),
  listHubs: define('GET /v1/hubs', {
    access: 'public',
    summary: 'Delivery regions',
    response: ListOf(Hub),
  }),
  listOffers: define('GET /v1/offers', {
    access: 'public',
    summary: 'Standing offers: what can be rented now, cheapest first',
    query: OfferQuery,
    response: ListOf(Offer),
  }),
  createQuote: define('POST /v1/quotes', {
    access: 'public',
    summary: 'Price a need: ready-to-submit orders, or why nothing fits',
    body: QuoteBody,
    response: Quote,
  }),
} as const
