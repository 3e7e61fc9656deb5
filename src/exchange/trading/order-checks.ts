/** Checks of changes to orders that are there, and of standing offers. */
import { LIMITS, refuse, type CommandOf, type Refusal } from '../../messages/index.ts'
import { fieldUnless, ownNode } from '../catalog/checks.ts'
import type { Actor } from '../context.ts'
import { checkPrice, checkUnits } from './field-checks.ts'
import { exactNeedOf, heldBy, needOf } from './hold.ts'
import { checkBand, checkLevels, checkListed, checkPostOnly } from './market-checks.ts'
import { checkMoney } from './money-checks.ts'
import { checkFree } from './node-checks.ts'
import type { MarketWorld } from './world.ts'

/** The order is the account's own, open, and not a follower of a standing offer. One of another account is not found (API-002). */
export function checkOwnOpen(
  x: MarketWorld,
  actor: Actor,
  c: { readonly order: number },
): Refusal | null {
  const row = x.market.find(c.order)
  if (row === undefined || row.account !== actor.account) {
    return refuse('NOT_FOUND', { what: 'order', id: c.order })
  }
  if (row.closedAtUs !== null) return refuse('ORDER_CLOSED', { id: c.order })
  return row.offer === null ? null : refuse('ORDER_FROM_OFFER')
}

export function checkAmend(
  x: MarketWorld,
  actor: Actor,
  c: CommandOf<'AmendOrder'>,
): Refusal | null {
  const row = x.market.orders.must(c.order)
  const instrument = x.catalog.mustInstrument(row.instrument)
  const priceTicks = c.priceTicks ?? row.priceTicks
  const units = c.units ?? row.units
  return (
    fieldUnless(c.units !== null || c.priceTicks !== null, 'units', 'units or price must change') ??
    checkUnits('units', units) ??
    fieldUnless(units > row.filledUnits, 'units', 'it must be above what is filled') ??
    fieldUnless(row.minUnits <= units, 'units', 'it must not be below minUnits') ??
    checkPrice(priceTicks) ??
    checkLevels(x, row.instrument, row.side, priceTicks) ??
    checkListed(instrument) ??
    checkBand(instrument, row.side, priceTicks) ??
    checkPostOnly(x, row, priceTicks) ??
    checkAmendResources(x, actor, c)
  )
}

/** More capacity of a sell order, or more money of a buy order. */
function checkAmendResources(
  x: MarketWorld,
  actor: Actor,
  c: CommandOf<'AmendOrder'>,
): Refusal | null {
  const row = x.market.orders.must(c.order)
  const units = c.units ?? row.units
  const more = units - row.units
  if (row.side === 'sell') {
    if (row.node === null || more <= 0) return null
    return checkFree(x, actor, row.node, row.instrument, more)
  }
  const { horizonSeconds, feePpm, account, key, capMicro, takenMicro } = row
  const terms = { horizonSeconds, feePpm, priceTicks: c.priceTicks ?? row.priceTicks }
  const instrument = x.catalog.mustInstrument(row.instrument)
  const left = units - row.filledUnits
  const need = needOf(instrument, terms, left)
  const held = heldBy(row)
  const exactMicro = () => exactNeedOf(instrument, terms, left) - BigInt(held)
  const claim = { account, key, moreMicro: need - held, totalMicro: takenMicro + need, capMicro }
  return checkMoney(x, actor, { ...claim, exactMicro })
}

export function checkOffer(x: MarketWorld, actor: Actor, c: CommandOf<'SetOffer'>): Refusal | null {
  const unknown = ownNode(x.catalog, actor, c.node)
  if (unknown !== null) return unknown
  if (x.catalog.sku(c.sku) === undefined) return refuse('NOT_FOUND', { what: 'sku', id: c.sku })
  const isNew = x.market.offer(c.node, c.sku) === undefined
  if (isNew && x.market.offersOn.count(c.node) >= LIMITS.offersPerNode) {
    return refuse('LIMIT_REACHED', { limit: LIMITS.offersPerNode, what: 'offers' })
  }
  return (
    checkPrice(c.priceTicks) ??
    checkUnits('maxUnits', c.maxUnits) ??
    fieldUnless(
      c.untilUs === null || c.untilUs > actor.timeUs,
      'untilUs',
      'it must be in the future',
    ) ??
    checkOfferMarket(x, c)
  )
}

/** A node that is away or not graded yet only keeps the offer waiting; isolation refuses it. */
function checkOfferMarket(x: MarketWorld, c: CommandOf<'SetOffer'>): Refusal | null {
  const node = x.catalog.mustNode(c.node)
  const isListed = x.catalog.instruments
    .rows()
    .some((row) => row.sku === c.sku && row.hub === node.hub && row.status !== 'delisted')
  if (node.attested !== null && x.catalog.isolationRefused(node)) return refuse('ISOLATION_REFUSED')
  if (!isListed) return refuse('GRADE_MISSING', { node: c.node })
  const now = x.catalog.instrumentFor(c.sku, x.catalog.gradeOf(node, c.sku), node.hub)
  return now === undefined ? null : checkBand(now, 'sell', c.priceTicks)
}
