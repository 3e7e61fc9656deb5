/** Money of buy orders: held on entry, taken by fills, given back at the end (TRD-010 to TRD-012). */
import { assert, feeFor, holdFor, principalFor } from '../../kernel/index.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import type { Context } from '../context.ts'
import { EntryRule } from '../ledger/tell.ts'
import { ORDER_DOUBLES, ORDER_WORDS } from './order-cells.ts'
import * as At from './order-record.ts'
import type { OrderRow } from './rows.ts'
import type { MarketWorld } from './world.ts'

const HELD = new EntryRule('TRD-010')
const FREED = new EntryRule('TRD-012')

type Terms = Pick<OrderRow, 'priceTicks' | 'horizonSeconds' | 'feePpm'>

/**
 * Principal of so many units at the limit: ceil(limit x units x horizon / 3600) micro-units; Infinity
 * where it is beyond the safe integers, which no account can pay.
 */
function principalOf(instrument: InstrumentRow, terms: Terms, units: number): number {
  const rateMicro = terms.priceTicks * instrument.tickMicro * units
  return principalFor(rateMicro, terms.horizonSeconds)
}
/** Principal and the higher fee together. */
export function needOf(instrument: InstrumentRow, terms: Terms, units: number): number {
  const principalMicro = principalOf(instrument, terms, units)
  return principalMicro + feeFor(principalMicro, terms.feePpm)
}
/** The same as `needOf`, exact however large: for the words of a refusal. */
export function exactNeedOf(instrument: InstrumentRow, terms: Terms, units: number): bigint {
  const { horizonSeconds, feePpm } = terms
  const priceMicroPerHour = BigInt(terms.priceTicks) * BigInt(instrument.tickMicro)
  const held = holdFor({ priceMicroPerHour, units, horizonSeconds, feePpm })
  return held.principalMicro + held.feeMicro
}
export function heldBy(row: OrderRow): number {
  return row.heldPrincipalMicro + row.heldFeeMicro
}

/**
 * Makes the hold of an order what its remaining units need: more comes from free money (checked
 * before), less goes back to it.
 */
export function adjustHold(x: MarketWorld, ctx: Context, row: OrderRow): void {
  if (row.side === 'sell') return
  const before = heldBy(row)
  setHeld(x, row)
  moveHold(x, ctx, row, heldBy(row) - before)
}

/**
 * What the fill that was just counted takes out of the hold: hold(before) - hold(after), by
 * difference, so that no dust is left. The money stays in HOLD until the delivery desk moves it.
 */
export function takeHold(
  x: MarketWorld,
  row: OrderRow,
): { readonly principalMicro: number; readonly feeMicro: number } {
  const { doubles } = x.market.orders.cells
  const at = row.handle * ORDER_DOUBLES
  const heldPrincipalMicro = doubles[at + At.HELD_PRINCIPAL_MICRO]!
  const heldFeeMicro = doubles[at + At.HELD_FEE_MICRO]!
  setHeld(x, row)
  const principalMicro = heldPrincipalMicro - doubles[at + At.HELD_PRINCIPAL_MICRO]!
  const feeMicro = heldFeeMicro - doubles[at + At.HELD_FEE_MICRO]!
  assert(principalMicro >= 0 && feeMicro >= 0, 'a fill takes from the hold')
  doubles[at + At.TAKEN_MICRO]! += principalMicro + feeMicro
  return { principalMicro, feeMicro }
}

/** Gives back all that an order which ends still holds. */
export function releaseHold(x: MarketWorld, ctx: Context, row: OrderRow): void {
  const { doubles } = x.market.orders.cells
  const at = row.handle * ORDER_DOUBLES
  const rest = doubles[at + At.HELD_PRINCIPAL_MICRO]! + doubles[at + At.HELD_FEE_MICRO]!
  if (rest === 0) return
  doubles[at + At.HELD_PRINCIPAL_MICRO] = 0
  doubles[at + At.HELD_FEE_MICRO] = 0
  moveHold(x, ctx, row, -rest)
}

function setHeld(x: MarketWorld, row: OrderRow): void {
  const { words, doubles } = x.market.orders.cells
  const w = row.handle * ORDER_WORDS
  const d = row.handle * ORDER_DOUBLES
  const units = words[w + At.REMAINING_UNITS]!
  let principalMicro = 0
  let feeMicro = 0
  if (units > 0) {
    const { tickMicro } = x.catalog.mustInstrument(words[w + At.INSTRUMENT]! >>> 0)
    const rateMicro = (words[w + At.PRICE_TICKS]! >>> 0) * tickMicro * units
    principalMicro = principalFor(rateMicro, words[w + At.HORIZON_SECONDS]! >>> 0)
    assert(principalMicro < Infinity, 'a checked order can be paid')
    feeMicro = feeFor(principalMicro, words[w + At.FEE_PPM]! >>> 0)
  }
  doubles[d + At.HELD_PRINCIPAL_MICRO] = principalMicro
  doubles[d + At.HELD_FEE_MICRO] = feeMicro
}

/** So much more into the hold, or out of it where it is below zero. */
export function moveHold(x: MarketWorld, ctx: Context, row: OrderRow, amountMicro: number): void {
  if (amountMicro === 0) return
  x.ledger.hold(ctx, row.account, amountMicro > 0 ? HELD : FREED, row.order, amountMicro)
  if (amountMicro > 0) x.budgets.commit(row, amountMicro)
  else x.budgets.release(row, -amountMicro)
}
