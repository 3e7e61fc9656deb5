/** Every product with the machines, offers and prices that there are of it now. */
import { US_PER_SECOND, formatTime } from '../../kernel/index.ts'
import {
  CNY,
  grade as gradeWords,
  type InstrumentView,
  type OfferView,
  type SkuView,
} from '../../messages/index.ts'
import {
  moneyText,
  priceText,
  toCandle,
  toHub,
  toProduct,
  type Catalog,
  type CatalogProduct,
} from '../../wire/index.ts'
import type { Services } from '../services.ts'
import { MACHINES_READ } from './hardware.ts'
import { standardPrice } from './standard-price.ts'

const HOUR_S = 3_600
const TREND_HOURS = 7 * 24

interface Sold {
  readonly sku: SkuView
  readonly instruments: readonly InstrumentView[]
  readonly offers: readonly OfferView[]
}
/** Parts of a standard unit, by node and product. */
type Factors = ReadonlyMap<string, number>
/** Digests of the reports that stand, by node. */
type Reports = ReadonlyMap<number, string | null>
interface Known {
  readonly factors: Factors
  readonly reports: Reports
}

export async function catalogueOf(services: Services): Promise<Catalog> {
  const { door } = services
  const [skus, instruments, offers, standings] = await Promise.all([
    door.ask('skus', {}),
    door.ask('instruments', {}),
    door.ask('offers', { account: null }),
    door.ask('standings', {}),
  ])
  const factors: Factors = new Map(
    standings.flatMap(({ node, factors: own }) =>
      own.map(({ sku, factorPpm }) => [`${node} ${sku}`, factorPpm] as const),
    ),
  )
  const reports: Reports = new Map(standings.map(({ node, reportDigest }) => [node, reportDigest]))
  const sold = skus.map((sku) => ({
    sku,
    instruments: instruments.filter((one) => one.sku.sku === sku.sku),
    offers: offers.filter((one) => one.sku === sku.sku),
  }))
  return {
    at: formatTime(services.nowUs()),
    data: await Promise.all(sold.map((one) => productOf(services, one, { factors, reports }))),
  }
}

async function productOf(
  services: Services,
  sold: Sold,
  { factors, reports }: Known,
): Promise<CatalogProduct> {
  const { sku, instruments, offers } = sold
  const open = offers.filter((one) => one.blocked === null && one.availableUnits > 0)
  const standard = standardPrice(
    open.map((one) => ({
      priceMicro: microOf(one),
      units: one.availableUnits,
      factorPpm: factors.get(`${one.node} ${one.sku}`) ?? null,
    })),
  )
  return {
    product: toProduct(sku),
    grades: gradesOf(offers),
    offers: { listed: offers.length, available: open.length, ...bestOf(open, instruments) },
    standard_price: {
      best: textOf(standard.bestMicro),
      mean: textOf(standard.meanMicro),
      offers: standard.offers,
      without_factor: standard.withoutFactor,
    },
    currency: CNY,
    hardware: await services.hardware.count(services, reportsOf(offers, reports)),
    instruments: instruments.map((one) => instrumentOf(one, open)),
    trend: await trendOf(services, instruments),
  }
}

/** One report a machine on offer, of so many machines at most as are read. */
function reportsOf(offers: readonly OfferView[], reports: Reports) {
  const accounts = new Map(offers.map(({ node, account }) => [node, account]))
  const known = [...accounts].flatMap(([node, account]) => {
    const digest = reports.get(node) ?? null
    return digest === null ? [] : [{ account, digest }]
  })
  return known.slice(0, MACHINES_READ)
}

function gradesOf(offers: readonly OfferView[]): CatalogProduct['grades'] {
  return gradeWords.values.flatMap((grade) => {
    const nodes = new Set(offers.filter((one) => one.grade === grade).map(({ node }) => node)).size
    return nodes === 0 ? [] : [{ grade, nodes }]
  })
}

function bestOf(open: readonly OfferView[], instruments: readonly InstrumentView[]) {
  const [first, ...rest] = open
  const best = rest.reduce((a, b) => (b && a && microOf(b) < microOf(a) ? b : a), first)
  const listed = instruments.find(({ instrument }) => instrument === best?.instrument)
  return {
    available_units: open.reduce((sum, one) => sum + one.availableUnits, 0),
    best_price: best === undefined ? null : moneyText(microOf(best)),
    best_symbol: listed?.symbol ?? null,
  }
}

function instrumentOf(
  view: InstrumentView,
  open: readonly OfferView[],
): CatalogProduct['instruments'][number] {
  const priceOf = (ticks: number | null): string | null =>
    ticks === null ? null : priceText(ticks, view.tickMicro)
  const own = open.filter(({ instrument }) => instrument === view.instrument)
  return {
    symbol: view.symbol,
    grade: view.grade,
    hub: toHub(view.hub),
    status: view.status,
    best_ask: priceOf(view.bestAskTicks),
    last_price: priceOf(view.lastTicks),
    available_units: own.reduce((sum, one) => sum + one.availableUnits, 0),
  }
}

/** Hours of a week of the instrument that traded last; nothing while read models are built anew. */
async function trendOf(
  { readModels, nowUs }: Services,
  instruments: readonly InstrumentView[],
): Promise<CatalogProduct['trend']> {
  const traded = instruments
    .filter(({ lastTradeAtUs }) => lastTradeAtUs !== null)
    .toSorted((a, b) => (b.lastTradeAtUs ?? 0) - (a.lastTradeAtUs ?? 0))
  const [newest] = traded
  if (newest === undefined || readModels.rebuilding()) return null
  const untilUs = nowUs()
  const rows = await readModels.candles({
    instrument: newest.instrument,
    intervalSeconds: HOUR_S,
    fromUs: untilUs - TREND_HOURS * HOUR_S * US_PER_SECOND,
    untilUs,
    limit: TREND_HOURS,
  })
  return { symbol: newest.symbol, interval: '1h', data: rows.map((row) => toCandle(row, newest)) }
}

function microOf(offer: OfferView): bigint {
  return BigInt(offer.priceTicks) * offer.tickMicro
}
const textOf = (micro: bigint | null): string | null => (micro === null ? null : moneyText(micro))
