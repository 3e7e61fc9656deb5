import type { FastifyInstance } from 'fastify'
import { US_PER_SECOND, formatTime } from '../../kernel/index.ts'
import { LIMITS, grade, type InstrumentView, type Need } from '../../messages/index.ts'
import {
  asyncApi,
  moneyOf,
  toBook,
  toCandle,
  toHub,
  toInstrument,
  toOffer,
  toProduct,
  toQuote,
  toTrade,
  type EndpointGroups,
  type NoticeCode,
  type Offer,
  type QuoteBody,
  type Ticker,
} from '../../wire/index.ts'
import { catalogueOf } from '../catalogue/catalogue.ts'
import type { Handlers } from '../handler.ts'
import { caughtUp, moneyOrNull, numberOrNull, pageArgs, timeInput, toPage } from '../inputs.ts'
import type { Language } from '../problem.ts'
import type { Services } from '../services.ts'
import { tickersOf } from '../tickers.ts'

const INTERVALS = { '1m': 60, '5m': 300, '15m': 900, '1h': 3_600, '1d': 86_400 } as const
const DEFAULT_CANDLES = 300
const DEFAULT_DEPTH = 20

export function marketHandlers(
  services: Services,
  app: FastifyInstance,
): Pick<Handlers, EndpointGroups['market']> {
  const { door, catalog, readModels } = services
  return {
    getTime: async () => ({ now: formatTime(services.nowUs()), seq: door.durableSeq() }),
    getStatus: () => statusOf(services),
    getLimits: async () => ({
      limits: Object.entries(LIMITS).map(([name, value]) => ({ name, value: String(value) })),
      rates: Object.values(services.rates),
    }),
    getOpenApi: async () => app.swagger(),
    getAsyncApi: async () => asyncApi(services.version),
    listInstruments: async () => ({
      data: (await door.ask('instruments', {})).map(toInstrument),
    }),
    getInstrument: async ({ params }) => toInstrument(await fresh(services, params.symbol)),
    getBook: async ({ params, query }) => {
      const instrument = await catalog.bySymbol(params.symbol)
      const depth = query.depth ?? DEFAULT_DEPTH
      const book = await door.ask('book', { instrument: instrument.instrument, depth })
      return toBook(book ?? emptyBook(services, instrument), instrument)
    },
    listTrades: async ({ params, query }) => {
      await caughtUp(services, query)
      const instrument = await catalog.bySymbol(params.symbol)
      const rows = await readModels.trades({
        ...pageArgs(query),
        instrument: instrument.instrument,
      })
      return toPage(rows, query, {
        positionOf: (row) => row.trade,
        map: (row) => toTrade(row, instrument),
      })
    },
    listCandles: async ({ params, query }) => {
      await caughtUp(services, query)
      const instrument = await catalog.bySymbol(params.symbol)
      const interval = query.interval ?? '1m'
      const seconds = INTERVALS[interval]
      const limit = query.limit ?? DEFAULT_CANDLES
      const untilUs = timeInput('until', query.until) ?? services.nowUs() + 1
      const fromUs = timeInput('from', query.from) ?? untilUs - limit * seconds * US_PER_SECOND
      const rows = await readModels.candles({
        instrument: instrument.instrument,
        intervalSeconds: seconds,
        fromUs: Math.max(0, fromUs),
        untilUs,
        limit,
      })
      return {
        symbol: instrument.symbol,
        interval,
        data: rows.map((row) => toCandle(row, instrument)),
      }
    },
    getTicker: async ({ params }) => {
      const [ticker] = await tickersOf(services, [await fresh(services, params.symbol)])
      return ticker as Ticker
    },
    listTickers: async () => ({
      data: await tickersOf(services, await door.ask('instruments', {})),
    }),
    listProducts: async () => ({ data: (await door.ask('skus', {})).map(toProduct) }),
    getCatalog: async ({ query }) => {
      await caughtUp(services, query)
      return catalogueOf(services)
    },
    listHubs: async () => ({ data: (await door.ask('hubs', {})).map(toHub) }),
    listOffers: async ({ query }) => ({
      data: (await offersOf(services)).filter((offer) => fits(offer, query)),
    }),
    createQuote: async ({ body, language }) => quote(services, body, language),
  }
}

/** The instrument of a symbol with its prices of this moment. */
async function fresh(services: Services, symbol: string): Promise<InstrumentView> {
  const known = await services.catalog.bySymbol(symbol)
  const all = await services.door.ask('instruments', {})
  return all.find((one) => one.instrument === known.instrument) ?? known
}

function emptyBook(services: Services, { instrument }: InstrumentView) {
  const [seq, timeUs] = [services.door.durableSeq(), services.nowUs()]
  return { instrument, seq, timeUs, bids: [], asks: [] }
}

export async function statusOf({ door, version }: Services) {
  const [status, instruments] = await Promise.all([
    door.ask('status', {}),
    door.ask('instruments', {}),
  ])
  return {
    venue: status.venue,
    exchange_public_key: status.exchangePublicKey,
    mode: status.mode,
    sandbox: status.mode === 'SIMULATED',
    rules: status.rules,
    seq: status.seq,
    now: formatTime(status.timeUs),
    retention_seconds: status.retentionSeconds,
    version,
    instruments: instruments.map((one) => ({ symbol: one.symbol, status: one.status })),
  }
}

/** Every standing offer, cheapest first. */
export async function offersOf({ door, catalog }: Services): Promise<Offer[]> {
  const [views, goods] = await Promise.all([door.ask('offers', { account: null }), catalog.goods()])
  const priced = views.toSorted((a, b) =>
    Number(BigInt(a.priceTicks) * a.tickMicro - BigInt(b.priceTicks) * b.tickMicro),
  )
  return priced.flatMap((view) => {
    const sku = goods.skus.get(view.sku)
    const hub = goods.hubs.get(view.hub)
    if (sku === undefined || hub === undefined) return []
    const { instrument } = view
    const listed = instrument === null ? undefined : goods.instruments.get(instrument)
    return [toOffer(view, { sku, hub, instrument: listed ?? null })]
  })
}

interface OfferFilter {
  readonly class?: string
  readonly hub?: string
  readonly symbol?: string
  readonly price_lte?: string
  readonly grade_gte?: string
  readonly available?: boolean
}

function fits(offer: Offer, filter: OfferFilter): boolean {
  const { hub, price_lte: highest, grade_gte: worst, available } = filter
  if (filter.class !== undefined && offer.class !== filter.class) return false
  if (hub !== undefined && offer.hub.code !== hub && offer.hub.id !== hub) return false
  if (filter.symbol !== undefined && offer.symbol !== filter.symbol) return false
  if (highest !== undefined && (moneyOf(offer.price) ?? 0n) > (moneyOf(highest) ?? 0n)) return false
  if (worst !== undefined && rank(offer.grade) > rank(worst)) return false
  return available !== true || (offer.blocked === null && offer.available_units > 0)
}

function rank(word: string): number {
  return grade.values.findIndex((one) => one === word)
}

async function quote(services: Services, asked: QuoteBody, language: Language) {
  const { door, catalog } = services
  const goods = await catalog.goods()
  const symbol = asked.symbol ?? null
  const instrument = symbol === null ? null : (await catalog.bySymbol(symbol)).instrument
  const need: Need = {
    class: asked.class ?? 'cpu',
    resources: {
      cores: asked.cores ?? 0,
      memoryMib: asked.memory_mib ?? 0,
      diskMib: asked.disk_mib ?? 0,
      cards: asked.cards ?? 0,
    },
    durationSeconds: asked.duration_seconds ?? null,
    maxPriceMicroPerHour: moneyOrNull('max_price', asked.max_price),
    hub: numberOrNull('hub', asked.hub_id),
    instrument,
    colocate: asked.colocate ?? false,
    isolationNone: asked.isolation_none ?? false,
  }
  return toQuote(await door.ask('quote', need), {
    asked,
    hubs: goods.hubs,
    takerFeePpm: new Map(
      [...goods.instruments.values()].map((one) => [one.instrument, one.takerFeePpm]),
    ),
    notice: (code) => NOTICES[code][language],
  })
}

const NOTICES: Readonly<Record<NoticeCode, Readonly<Record<Language, string>>>> = {
  INTERRUPTIBLE: {
    en: 'The provider may take this back at once.',
    zh: '供方可随时收回该资源。',
  },
  NO_ISOLATION: {
    en: 'This machine does not isolate buyers from each other or from its owner.',
    zh: '该机器未对买方之间及其所有者进行隔离。',
  },
  ENDS_AT_COMMITMENT: {
    en: 'It cannot be renewed past the time shown.',
    zh: '到所示时间后不能续期。',
  },
}
