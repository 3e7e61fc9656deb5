/**
 * The short way of plain orders and cancels: what `trading/` does for any order, for those that need
 * the least of it, straight from the bytes of the command. It looks first and touches nothing; where
 * anything is not plain (a refusal, an offer, a standing need, a cap, an own order in the way) the
 * command goes the long way. Both ways give the same bytes and the same state (a property compares them).
 */
import { feeFor, principalFor } from '../../kernel/index.ts'
import { LIMITS } from '../../messages/index.ts'
import type { AllDesks } from '../build.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import type { Context } from '../context.ts'
import { roleBits, scopeBit } from '../members/standing.ts'
import type { Book } from '../trading/book.ts'
import { closeFilled, endPlain, holdCapacity } from '../trading/end.ts'
import { fill } from '../trading/fill.ts'
import { moveHold } from '../trading/hold.ts'
import { ORDER_DOUBLES, ORDER_WORDS } from '../trading/order-cells.ts'
import { NONE } from '../trading/order-pool.ts'
import * as At from '../trading/order-record.ts'
import { isBeyondBand } from '../trading/price-band.ts'
import type { OrderRow } from '../trading/rows.ts'
import { putFilled } from '../trading/tell.ts'
import type { Fill } from '../trading/world.ts'
import * as From from './plain.ts'
import { tellPlaced } from './tell-placed.ts'

/** makers that a plain taker may meet: more go the long way, which counts events */
const MET_MAX = 64
const TRADE = scopeBit('trade')
const BUYERS = roleBits(['buyer', 'broker', 'dealer'])
const SELLERS = roleBits(['provider'])
const CANCELLED_BY_OWNER = At.IS_CANCELLED | At.ENDED.BY_OWNER
const NO_LIQUIDITY = At.IS_CANCELLED | At.ENDED.NO_LIQUIDITY
const IOC_REMAINDER = At.IS_CANCELLED | At.ENDED.IOC_REMAINDER
const NO_FILLS: Fill[] = []

export class Lane {
  readonly #x: AllDesks
  readonly #held = { principalMicro: 0, feeMicro: 0 }

  constructor(x: AllDesks) {
    this.#x = x
  }

  /**
   * Places the order whose fields lie from `at` to `until` (`isPlain`), if nothing stands in its way:
   * (1) who, and may it be, (2) can it be held, (3) is all that it would meet plain too; from there on
   * nothing can fail: (4) into a record, (5) trade, (6) rest or end.
   */
  place(ctx: Context, bytes: Uint8Array, view: DataView, at: number, until: number): boolean {
    const x = this.#x
    const { market, world } = x.trading
    const { account, key, timeUs } = ctx
    // (1)
    if (!x.members.standing.may(key, account, TRADE, timeUs)) return false
    const instrumentId = view.getUint32(at + From.INSTRUMENT, true)
    const instrument = x.catalog.instruments.get(instrumentId)
    if (instrument === undefined || instrument.status !== 'listed') return false
    const side = bytes[at + From.SIDE]!
    const buys = side === From.BUY
    const units = view.getUint32(at + From.UNITS, true)
    const priceTicks = view.getUint32(at + From.PRICE_TICKS, true)
    const wishedSeconds = view.getUint32(at + From.HORIZON_SECONDS, true)
    if (units < 1 || units > LIMITS.unitsPerOrder || priceTicks < 1) return false
    if (wishedSeconds > LIMITS.durationSecondsMax) return false
    if (isBeyondBand(instrument, buys ? 'buy' : 'sell', priceTicks)) return false
    if (market.openOf.count(account) >= LIMITS.openOrdersPerAccount) return false
    const book = market.book(instrumentId)
    if (book.levelCount(buys ? 'buy' : 'sell') >= LIMITS.levelsPerSide) return false
    if (market.needsOf.count(instrumentId) > 0) return false
    // (2)
    const horizonSeconds = wishedSeconds === 0 ? instrument.horizonSeconds : wishedSeconds
    const feePpm = Math.max(instrument.makerFeePpm, instrument.takerFeePpm)
    const node = buys ? 0 : view.getUint32(at + From.NODE, true)
    const rateMicro = priceTicks * instrument.tickMicro * units
    const can = buys
      ? this.#canBuy(ctx, rateMicro, horizonSeconds, feePpm)
      : this.#canSell(ctx, instrument, node, units)
    if (!can) return false
    // (3)
    const met = this.#meets(book, account, buys, priceTicks, units)
    if (met < 0) return false
    // (4)
    const order = market.orderIds.next()
    const row = market.orders.blank()
    const { words, doubles } = market.orders.cells
    const w = row.handle * ORDER_WORDS
    const d = row.handle * ORDER_DOUBLES
    const { principalMicro, feeMicro } = this.#held
    doubles[d + At.ORDER] = order
    doubles[d + At.PRIORITY] = 0
    doubles[d + At.PLACED_AT_US] = timeUs
    doubles[d + At.FILLED_TICK_UNITS] = 0
    doubles[d + At.HELD_PRINCIPAL_MICRO] = principalMicro
    doubles[d + At.HELD_FEE_MICRO] = feeMicro
    doubles[d + At.TAKEN_MICRO] = 0
    doubles[d + At.CLOSED_RANK] = 0
    doubles[d + At.CLOSED_AT_US] = -1
    words[w + At.ACCOUNT] = account
    words[w + At.KEY] = key
    words[w + At.INSTRUMENT] = instrumentId
    words[w + At.UNITS] = units
    words[w + At.FILLED_UNITS] = 0
    words[w + At.REMAINING_UNITS] = units
    words[w + At.PRICE_TICKS] = priceTicks
    words[w + At.HORIZON_SECONDS] = horizonSeconds
    words[w + At.FEE_PPM] = feePpm
    words[w + At.MIN_UNITS] = 0
    words[w + At.SLOT] = NONE
    words[w + At.HELD_UNITS] = 0
    words[w + At.NODE] = node
    const flags =
      (side << At.SIDE) |
      (bytes[at + From.TIME_IN_FORCE]! << At.TIME_IN_FORCE) |
      (bytes[at + From.SELF_TRADE]! << At.SELF_TRADE) |
      At.IS_OPEN |
      (side << At.HAS_NODE)
    words[w + At.FLAGS] = flags
    market.open(row)
    tellPlaced(ctx, order, account, key, view, at, until, horizonSeconds)
    if (buys) moveHold(world, ctx, row, principalMicro + feeMicro)
    else holdCapacity(world, row)
    // (5)
    const fills = met === 0 ? NO_FILLS : this.#trade(ctx, book, row, met)
    // (6)
    if (words[w + At.REMAINING_UNITS] === 0) closeFilled(world, ctx, row)
    else if (bytes[at + From.TIME_IN_FORCE] === From.GTC) market.rest(row)
    else endPlain(world, ctx, row, met === 0 ? NO_LIQUIDITY : IOC_REMAINDER)
    if (met > 0) x.filled(ctx, fills)
    return true
  }

  /** Cancels the account's own plain order, if nothing follows from it. */
  cancel(ctx: Context, order: number): boolean {
    const x = this.#x
    const { market, world } = x.trading
    if (!x.members.standing.may(ctx.key, ctx.account, TRADE, ctx.timeUs)) return false
    const row = market.orders.get(order)
    if (row === undefined || row.account !== ctx.account || row.isRare) return false
    if (row.side === 'sell' && market.offersOn.count(row.node ?? 0) > 0) return false
    endPlain(world, ctx, row, CANCELLED_BY_OWNER)
    return true
  }

  /** May it buy, is there no cap, and is the money there? What it would hold is kept in `#held`. */
  #canBuy(ctx: Context, rateMicro: number, horizonSeconds: number, feePpm: number): boolean {
    const x = this.#x
    const held = this.#held
    held.principalMicro = principalFor(rateMicro, horizonSeconds)
    held.feeMicro = feeFor(held.principalMicro, feePpm)
    return (
      x.members.standing.hasAny(ctx.account, BUYERS) &&
      x.budgets.isUncapped(ctx) &&
      x.ledger.availableMicro(ctx.account) >= held.principalMicro + held.feeMicro
    )
  }

  /** May it sell from this node, without an offer there that would follow? */
  #canSell(ctx: Context, instrument: InstrumentRow, node: number, units: number): boolean {
    const { members, catalog, capacity, trading } = this.#x
    const { facts } = catalog
    this.#held.principalMicro = 0
    this.#held.feeMicro = 0
    const isGood =
      members.standing.hasAny(ctx.account, SELLERS) &&
      facts.account(node) === ctx.account &&
      catalog.isTradable(node) &&
      facts.hub(node) === instrument.hub &&
      trading.market.offersOn.count(node) === 0
    if (!isGood) return false
    const { sku } = instrument
    const grade = facts.isGraded(node) ? catalog.gradeOf(catalog.mustNode(node), sku) : 'U'
    if (grade !== instrument.grade) return false
    const { bundle } = catalog.mustSku(sku)
    return capacity.lackingFree(node, bundle, units, ctx.timeUs) === null
  }

  /** How many makers the order would meet; below zero where one of them needs the long way. */
  #meets(book: Book, account: number, buys: boolean, limit: number, units: number): number {
    let met = 0
    let left = units
    let slot = book.first(buys ? 'sell' : 'buy')
    for (; slot !== NONE && left > 0; slot = book.next(slot)) {
      const price = book.price(slot)
      if (buys ? price > limit : price < limit) break
      if (++met > MET_MAX || !this.#isPlainMaker(account, book.handle(slot))) return -1
      left -= book.units(slot)
    }
    return met
  }

  #isPlainMaker(account: number, handle: number): boolean {
    const { members, trading } = this.#x
    const { market } = trading
    const maker = market.orders.byHandle(handle)
    // An account is in the owner group of itself.
    if (members.ownerGroupOf(maker.account) === members.ownerGroupOf(account)) return false
    return maker.side === 'buy' || market.offersOn.count(maker.node ?? 0) === 0
  }

  /** Trades with so many makers, best price first, then oldest: all of them suit. */
  #trade(ctx: Context, book: Book, row: OrderRow, met: number): Fill[] {
    const { market, world } = this.#x.trading
    const fills: Fill[] = []
    const other = row.side === 'buy' ? 'sell' : 'buy'
    let filled = 0
    for (let count = 0; count < met; count++) {
      const slot = book.first(other)
      const maker = market.orders.byHandle(book.handle(slot))
      const one = fill(world, ctx, row, maker, book.price(slot))
      if (maker.remainingUnits === 0) closeFilled(world, ctx, maker)
      filled += one.units
      fills.push(one)
    }
    putFilled(ctx.bytesOfNext()!, row.order, filled, row.remainingUnits, row.flags)
    return fills
  }
}
