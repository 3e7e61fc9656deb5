/** What the market's state must be for an order, an amendment or an offer. */
import {
  CNY,
  LIMITS,
  refuse,
  type CommandOf,
  type Refusal,
  type Side,
} from '../../messages/index.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import type { Actor } from '../context.ts'
import { moneyText } from '../ledger/funds.ts'
import { neverRests, priceOf } from './plan.ts'
import { band, isBeyondBand } from './price-band.ts'
import { opposite, within } from './probe.ts'
import type { MarketWorld } from './world.ts'

type Place = CommandOf<'PlaceOrder'>

/** New orders and changes need a listed instrument; cancelling is always possible. */
export function checkListed(row: InstrumentRow): Refusal | null {
  if (row.status === 'listed') return null
  const code = row.status === 'halted' ? 'MARKET_HALTED' : 'INSTRUMENT_DELISTED'
  return refuse(code, { symbol: row.symbol })
}

/** The side of the band that would hurt the sender's counterparty does not refuse: see TRD-004. */
export function checkBand(
  instrument: InstrumentRow,
  side: Side,
  priceTicks: number,
): Refusal | null {
  if (!isBeyondBand(instrument, side, priceTicks)) return null
  const limits = band(instrument)
  if (limits === null) return null
  const { low, high } = limits
  return refuse('PRICE_BAND', priceFacts(instrument, { price: priceTicks, low, high }))
}

export function checkPostOnly(
  x: MarketWorld,
  order: { readonly postOnly: boolean; readonly side: Side; readonly instrument: number },
  priceTicks: number,
): Refusal | null {
  if (!order.postOnly) return null
  const best = x.market.book(order.instrument).best(opposite(order.side))
  if (best === null || !within(order.side, best, priceTicks)) return null
  const instrument = x.catalog.mustInstrument(order.instrument)
  return refuse('POST_ONLY_WOULD_CROSS', priceFacts(instrument, { price: priceTicks, best }))
}

/** Prices in ticks as people read them: money per unit-hour, with its asset. */
function priceFacts(
  instrument: InstrumentRow,
  ticks: Readonly<Record<string, number>>,
): Record<string, string> {
  const texts = Object.entries(ticks).map(([name, price]) => [
    name,
    moneyText(BigInt(price) * BigInt(instrument.tickMicro)),
  ])
  return { ...Object.fromEntries(texts), asset: CNY }
}

/** Room for one more open order, standing need or price level. */
export function checkRoom(x: MarketWorld, actor: Actor, c: Place): Refusal | null {
  if (x.market.openOf.count(actor.account) >= LIMITS.openOrdersPerAccount) {
    return refuse('LIMIT_REACHED', { limit: LIMITS.openOrdersPerAccount, what: 'open orders' })
  }
  if (c.standing && x.market.needsOf.count(c.instrument) >= LIMITS.standingNeedsPerInstrument) {
    const limit = LIMITS.standingNeedsPerInstrument
    return refuse('LIMIT_REACHED', { limit, what: 'standing needs' })
  }
  return c.priceTicks === null ? null : checkLevels(x, c.instrument, c.side, c.priceTicks)
}

export function checkLevels(
  x: MarketWorld,
  instrument: number,
  side: Side,
  priceTicks: number,
): Refusal | null {
  const book = x.market.book(instrument)
  const full = book.levelCount(side) >= LIMITS.levelsPerSide && !book.hasLevel(side, priceTicks)
  return full ? refuse('LIMIT_REACHED', { limit: LIMITS.levelsPerSide, what: 'levels' }) : null
}

/** Labels are unique among the account's open orders. */
export function checkLabel(x: MarketWorld, actor: Actor, c: Place): Refusal | null {
  if (c.clientOrderId === null) return null
  const there = x.market.byLabel(actor.account, c.clientOrderId)
  if (there === undefined || there.closedAtUs !== null) return null
  return refuse('DUPLICATE_CLIENT_ORDER_ID', { id: c.clientOrderId })
}

/** Price of the order as it will enter: there, inside the band, not crossing when post-only. */
export function checkOrderPrice(x: MarketWorld, actor: Actor, c: Place): Refusal | null {
  const instrument = x.catalog.mustInstrument(c.instrument)
  const priceTicks = priceOf(x, actor.account, c)
  if (priceTicks === null) return refuse('NO_OFFER', { why: 'the other side of the book is empty' })
  const refused = checkBand(instrument, c.side, priceTicks) ?? checkPostOnly(x, c, priceTicks)
  if (refused !== null) return refused
  const ends = c.timeInForce === 'IOC' || c.timeInForce === 'FOK' || c.standing
  return !ends && neverRests(c) ? refuse('NEVER_RESTS') : null
}
