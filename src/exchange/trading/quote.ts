/** What a need would cost now, without placing anything. */
import { holdFor } from '../../kernel/index.ts'
import {
  RESOURCE_KINDS,
  type Isolation,
  type Need,
  type QuoteLeg,
  type QuoteView,
} from '../../messages/index.ts'
import type { CapacityDesk } from '../capacity/capacity.ts'
import { lacking, times } from '../capacity/resources.ts'
import type { CatalogDesk } from '../catalog/catalog.ts'
import type { InstrumentRow, SkuRow } from '../catalog/rows.ts'
import { NONE } from './order-pool.ts'
import type { OrderRow } from './rows.ts'
import type { TradingDesk } from './trading.ts'

interface QuoteWorld {
  readonly catalog: CatalogDesk
  readonly capacity: CapacityDesk
  readonly trading: TradingDesk
}
interface Now {
  readonly seq: number
  readonly timeUs: number
}
interface Unfit {
  readonly why: string
  readonly dimension: string | null
}
interface Part {
  readonly maker: OrderRow
  readonly units: number
}

/**
 * One leg for each instrument that serves the whole need now, cheapest in all first; when there is
 * none, what did not fit of each. `maxPriceMicroPerHour` bounds the price of one unit-hour.
 */
export function quote(x: QuoteWorld, need: Need, now: Now): QuoteView {
  const legs: QuoteLeg[] = []
  const unavailable: (Unfit & { symbol: string })[] = []
  for (const row of x.catalog.instruments.values()) {
    const sku = x.catalog.mustSku(row.sku)
    if (!isAskedFor(need, row, sku)) continue
    const leg = legOf(x, need, row, sku, now.timeUs)
    if ('why' in leg) unavailable.push({ symbol: row.symbol, ...leg })
    else legs.push(leg)
  }
  legs.sort((a, b) => compare(costOf(a), costOf(b)) || a.instrument - b.instrument)
  const { seq, timeUs } = now
  return { seq, timeUs, legs, unavailable: legs.length > 0 ? [] : unavailable }
}

/** A need in units of a SKU: the dimension that needs most units decides. */
export function unitsFor(
  need: Pick<Need, 'resources'>,
  sku: Pick<SkuRow, 'bundle'>,
): { units: number; dimension: string } | Unfit {
  let units = 0
  let dimension = 'units'
  for (const kind of RESOURCE_KINDS) {
    const wanted = need.resources[kind]
    if (wanted === 0) continue
    if (sku.bundle[kind] === 0) return { why: 'NOT_IN_BUNDLE', dimension: kind }
    const count = Math.ceil(wanted / sku.bundle[kind])
    if (count > units) [units, dimension] = [count, kind]
  }
  return { units: Math.max(1, units), dimension }
}

function isAskedFor(need: Need, row: InstrumentRow, sku: SkuRow): boolean {
  if (row.status !== 'listed' || sku.class !== need.class) return false
  if (need.hub !== null && row.hub !== need.hub) return false
  return need.instrument === null || row.instrument === need.instrument
}

function legOf(
  x: QuoteWorld,
  need: Need,
  row: InstrumentRow,
  sku: SkuRow,
  timeUs: number,
): QuoteLeg | Unfit {
  const wanted = unitsFor(need, sku)
  if ('why' in wanted) return wanted
  const parts = need.colocate
    ? oneMachine(x, need, row, wanted.units)
    : bestFirst(x, need, row, wanted.units)
  if (parts.length === 0) return whyNot(x, need, row, sku, wanted, timeUs)
  const priceTicks = parts.at(-1)?.maker.priceTicks ?? 0
  const priceMicroPerHour = BigInt(priceTicks) * BigInt(row.tickMicro)
  const horizonSeconds = Math.min(row.horizonSeconds, need.durationSeconds ?? row.horizonSeconds)
  const feePpm = Math.max(row.makerFeePpm, row.takerFeePpm)
  const { units } = wanted
  return {
    instrument: row.instrument,
    symbol: row.symbol,
    units,
    priceTicks,
    priceMicroPerHour,
    ...holdFor({ priceMicroPerHour, units, horizonSeconds, feePpm }),
    horizonSeconds,
    grade: row.grade,
    hub: row.hub,
    node: need.colocate ? (parts[0]?.maker.node ?? null) : null,
    isolation: weakest(x, parts),
    interruptible: row.interruptible,
    noticeSeconds: row.noticeSeconds,
    untilUs: firstEnd(x, parts, sku, timeUs),
    dimension: wanted.dimension,
  }
}

/** Offers in price-time order that the need may take at its price. */
function* within(x: QuoteWorld, need: Need, row: InstrumentRow): Generator<OrderRow> {
  const book = x.trading.market.book(row.instrument)
  const most = need.maxPriceMicroPerHour
  for (let slot = book.first('sell'); slot !== NONE; slot = book.next(slot)) {
    const maker = x.trading.market.orders.byHandle(book.handle(slot))
    if (most !== null && BigInt(maker.priceTicks) * BigInt(row.tickMicro) > most) return
    yield maker
  }
}

function oneMachine(x: QuoteWorld, need: Need, row: InstrumentRow, units: number): Part[] {
  for (const maker of within(x, need, row)) {
    if (maker.remainingUnits >= units && mayUse(x, need, maker)) return [{ maker, units }]
  }
  return []
}

/** An order cannot pass over machines without isolation, so one in the way makes the quote fail. */
function bestFirst(x: QuoteWorld, need: Need, row: InstrumentRow, units: number): Part[] {
  const parts: Part[] = []
  let left = units
  for (const maker of within(x, need, row)) {
    if (!mayUse(x, need, maker)) return []
    const part = Math.min(left, maker.remainingUnits)
    parts.push({ maker, units: part })
    left -= part
    if (left === 0) return parts
  }
  return []
}

function whyNot(
  x: QuoteWorld,
  need: Need,
  row: InstrumentRow,
  sku: SkuRow,
  wanted: { readonly units: number; readonly dimension: string },
  timeUs: number,
): Unfit {
  const makers = [...within(x, { ...need, maxPriceMicroPerHour: null }, row)]
  if (makers.length === 0) return { why: 'NO_OFFER', dimension: null }
  const usable = makers.filter((maker) => mayUse(x, need, maker))
  if (usable.length < (need.colocate ? 1 : makers.length)) {
    return { why: 'ISOLATION', dimension: null }
  }
  const { units } = wanted
  if (!need.colocate) {
    const total = usable.reduce((sum, maker) => sum + maker.remainingUnits, 0)
    if (total >= units) return { why: 'PRICE', dimension: 'price' }
    return { why: 'NOT_ENOUGH', dimension: wanted.dimension }
  }
  if (usable.some((maker) => maker.remainingUnits >= units)) {
    return { why: 'PRICE', dimension: 'price' }
  }
  const largest = usable.reduce((a, b) => (b.remainingUnits > a.remainingUnits ? b : a))
  const room = x.capacity.room(largest.node ?? 0, timeUs)
  const dimension = lacking(need.resources, room) ?? lacking(times(sku.bundle, units), room)
  return { why: 'NO_SINGLE_NODE', dimension: dimension ?? wanted.dimension }
}

function mayUse(x: QuoteWorld, need: Need, maker: OrderRow): boolean {
  return need.isolationNone || x.catalog.mustNode(maker.node ?? 0).isolation !== 'none'
}

/** Weakest first. */
export const STRENGTH: readonly Isolation[] = [
  'none',
  'namespaces',
  'container',
  'gvisor',
  'node',
  'confidential',
]
function weakest(x: QuoteWorld, parts: readonly Part[]): Isolation {
  const ranks = parts.map(({ maker }) =>
    STRENGTH.indexOf(x.catalog.mustNode(maker.node ?? 0).isolation),
  )
  return STRENGTH[Math.min(...ranks)] ?? 'none'
}

function firstEnd(
  x: QuoteWorld,
  parts: readonly Part[],
  sku: SkuRow,
  timeUs: number,
): number | null {
  const ends = parts.flatMap(({ maker, units }) => {
    const endUs = x.capacity.endOf(maker.node ?? 0, times(sku.bundle, units), timeUs)
    return endUs === null ? [] : [endUs]
  })
  return ends.length === 0 ? null : Math.min(...ends)
}

function costOf(leg: QuoteLeg): bigint {
  return leg.principalMicro + leg.feeMicro
}
function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}
