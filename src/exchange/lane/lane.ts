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
import { closeFilled, endOrder, holdCapacity, statusOf } from '../trading/end.ts'
import { fill } from '../trading/fill.ts'
import { moveHold } from '../trading/hold.ts'
import { ORDER_DOUBLES, ORDER_WORDS } from '../trading/order-cells.ts'
import { NONE } from '../trading/order-pool.ts'
import * as R from '../trading/order-record.ts'
import { isBeyondBand } from '../trading/price-band.ts'
import type { OrderRow } from '../trading/rows.ts'
import { tellFilled } from '../trading/tell.ts'
import type { Fill } from '../trading/world.ts'
import {
  BUY,
  HORIZON_SECONDS,
  INSTRUMENT,
  IOC,
  NODE,
  PRICE_TICKS,
  SELF_TRADE,
  SELL,
  SIDE,
  TIME_IN_FORCE,
  UNITS,
} from './plain.ts'
import { tellPlaced } from './tell.ts'

const FILLS_MAX = 64

export class Lane {
  /** Places the order whose fields lie from `at` on (`isPlain`), if nothing stands in its way. */
  place(
    x: AllDesks,
    ctx: Context,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    until: number,
  ): boolean {
    const { account, key, timeUs } = ctx
    const { trading, members } = x
    const { market, world } = trading
    // (1) who, and is what it says possible
    if (members.authorize(ctx, 'trade') !== null) return false
    const instrumentId = view.getUint32(at + INSTRUMENT, true)
    const instrument = world.catalog.instruments.get(instrumentId)
    if (instrument === undefined || instrument.status !== 'listed') return false
    const side = bytes[at + SIDE]!
    const word = side === BUY ? 'buy' : 'sell'
    const units = view.getUint32(at + UNITS, true)
    const priceTicks = view.getUint32(at + PRICE_TICKS, true)
    const wished = view.getUint32(at + HORIZON_SECONDS, true)
    if (units < 1 || units > LIMITS.unitsPerOrder || priceTicks < 1) return false
    if (wished > LIMITS.durationSecondsMax) return false
    if (isBeyondBand(instrument, word, priceTicks)) return false
    if (market.openOf.count(account) >= LIMITS.openOrdersPerAccount) return false
    const book = market.book(instrumentId)
    if (book.levelCount(word) >= LIMITS.levelsPerSide) return false
    if (market.needsOf.count(instrumentId) > 0) return false
    const horizon = wished === 0 ? instrument.horizonSeconds : wished
    const feePpm = Math.max(instrument.makerFeePpm, instrument.takerFeePpm)
    // (2) can it be held
    let node = 0
    let principal = 0
    let fee = 0
    if (side === SELL) {
      node = view.getUint32(at + NODE, true)
      if (!members.hasRole(account, 'provider')) return false
      if (!canSell(x, instrument, account, node, units, timeUs)) return false
    } else {
      if (!mayBuy(x, account)) return false
      principal = principalFor(priceTicks * instrument.tickMicro * units, horizon)
      fee = feeFor(principal, feePpm)
      if (!x.budgets.isUncapped(ctx)) return false
      if (x.ledger.availableMicro(account) < principal + fee) return false
    }
    // (3) is everything plain that it would meet
    const other = side === BUY ? 'sell' : 'buy'
    let left = units
    let met = 0
    let slot = book.first(other)
    for (; slot !== NONE && left > 0; slot = book.next(slot)) {
      const price = book.price(slot)
      if (side === BUY ? price > priceTicks : price < priceTicks) break
      const maker = market.orders.byHandle(book.handle(slot))
      if (++met > FILLS_MAX || !this.#isPlainMaker(x, account, maker)) return false
      left -= book.units(slot)
    }
    // From here on nothing can fail.
    const order = market.orderIds.next()
    const row = market.orders.blank()
    const { words, doubles } = market.orders.cells
    const w = row.handle * ORDER_WORDS
    const d = row.handle * ORDER_DOUBLES
    doubles[d + R.ORDER] = order
    doubles[d + R.PRIORITY] = 0
    doubles[d + R.PLACED_AT_US] = timeUs
    doubles[d + R.FILLED_TICK_UNITS] = 0
    doubles[d + R.HELD_PRINCIPAL_MICRO] = 0
    doubles[d + R.HELD_FEE_MICRO] = 0
    doubles[d + R.TAKEN_MICRO] = 0
    doubles[d + R.CLOSED_RANK] = 0
    doubles[d + R.CLOSED_AT_US] = -1
    words[w + R.ACCOUNT] = account
    words[w + R.KEY] = key
    words[w + R.INSTRUMENT] = instrumentId
    words[w + R.UNITS] = units
    words[w + R.FILLED_UNITS] = 0
    words[w + R.REMAINING_UNITS] = units
    words[w + R.PRICE_TICKS] = priceTicks
    words[w + R.HORIZON_SECONDS] = horizon
    words[w + R.FEE_PPM] = feePpm
    words[w + R.MIN_UNITS] = 0
    words[w + R.SLOT] = NONE
    words[w + R.HELD_UNITS] = 0
    words[w + R.NODE] = node
    words[w + R.FLAGS] =
      (side << R.SIDE) |
      (bytes[at + TIME_IN_FORCE]! << R.TIME_IN_FORCE) |
      (bytes[at + SELF_TRADE]! << R.SELF_TRADE) |
      R.IS_OPEN |
      (side << R.HAS_NODE)
    market.open(row)
    tellPlaced(ctx, order, account, key, view, at, until, horizon)
    if (side === SELL) holdCapacity(world, row)
    else {
      doubles[d + R.HELD_PRINCIPAL_MICRO] = principal
      doubles[d + R.HELD_FEE_MICRO] = fee
      moveHold(world, ctx, row, principal + fee)
    }
    let fills: Fill[] = NO_FILLS
    if (met > 0) {
      fills = []
      slot = book.first(other)
      let filled = 0
      while (slot !== NONE && row.remainingUnits > 0) {
        const maker = market.orders.byHandle(book.handle(slot))
        const price = book.price(slot)
        const next = book.next(slot)
        if (side === BUY ? price > priceTicks : price < priceTicks) break
        const one = fill(world, ctx, row, maker, price)
        filled += one.units
        fills.push(one)
        if (maker.remainingUnits === 0) closeFilled(world, ctx, maker)
        slot = next
      }
      row.status = statusOf(row)
      tellFilled(ctx, row, filled)
    }
    if (row.remainingUnits === 0) closeFilled(world, ctx, row)
    else if (bytes[at + TIME_IN_FORCE] === IOC) {
      endOrder(world, ctx, row, met === 0 ? 'NO_LIQUIDITY' : 'IOC_REMAINDER')
    } else market.rest(row)
    if (fills.length > 0) x.filled(ctx, fills)
    return true
  }

  #isPlainMaker(x: AllDesks, account: number, maker: OrderRow): boolean {
    if (maker.isRare) return false
    const their = maker.account
    if (their === account || x.members.ownerGroupOf(their) === x.members.ownerGroupOf(account)) {
      return false
    }
    return maker.side === 'buy' || x.trading.market.offersOn.count(maker.node ?? 0) === 0
  }

  cancel(x: AllDesks, ctx: Context, order: number): boolean {
    if (x.members.authorize(ctx, 'trade') !== null) return false
    const { market, world } = x.trading
    const row = market.orders.get(order)
    if (row === undefined || row.account !== ctx.account) return false
    if (row.isRare) return false
    if (row.side === 'sell' && market.offersOn.count(row.node ?? 0) > 0) return false
    endOrder(world, ctx, row, 'BY_OWNER')
    return true
  }
}
const NO_FILLS: Fill[] = []

function mayBuy(x: AllDesks, account: number): boolean {
  const { members } = x
  return (
    members.hasRole(account, 'buyer') ||
    members.hasRole(account, 'broker') ||
    members.hasRole(account, 'dealer')
  )
}

function canSell(
  x: AllDesks,
  instrument: InstrumentRow,
  account: number,
  node: number,
  units: number,
  timeUs: number,
): boolean {
  const { catalog, capacity, trading } = x
  const { facts } = catalog
  if (facts.account(node) !== account || !catalog.isTradable(node)) return false
  if (facts.hub(node) !== instrument.hub) return false
  const grade = facts.isGraded(node)
    ? catalog.gradeOf(catalog.mustNode(node), instrument.sku)
    : 'U'
  if (grade !== instrument.grade) return false
  if (trading.market.offersOn.count(node) > 0) return false
  const { bundle } = catalog.mustSku(instrument.sku)
  return capacity.lackingFree(node, bundle, units, timeUs) === null
}
