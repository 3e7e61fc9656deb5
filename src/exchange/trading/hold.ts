/** Money of buy orders: held on entry, taken by fills, given back at the end (TRD-010 to TRD-012). */
import { assert, feeFor, holdFor, principalFor } from '../../kernel/index.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import type { Context } from '../context.ts'
import { EntryRule } from '../ledger/tell.ts'
import type { OrderRow } from './rows.ts'
import type { MarketWorld } from './world.ts'

/** (rules TRD-010 and TRD-012) */
export const HELD = new EntryRule('TRD-010')
export const FREED = new EntryRule('TRD-012')

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
  move(x, ctx, row, heldBy(row) - before)
}

/**
 * What the fill that was just counted takes out of the hold: hold(before) - hold(after), by
 * difference, so that no dust is left. The money stays in HOLD until the delivery desk moves it.
 */
export function takeHold(
  x: MarketWorld,
  row: OrderRow,
): { readonly principalMicro: number; readonly feeMicro: number } {
  const { heldPrincipalMicro, heldFeeMicro } = row
  setHeld(x, row)
  const principalMicro = heldPrincipalMicro - row.heldPrincipalMicro
  const feeMicro = heldFeeMicro - row.heldFeeMicro
  assert(principalMicro >= 0 && feeMicro >= 0, 'a fill takes from the hold')
  row.takenMicro += principalMicro + feeMicro
  return { principalMicro, feeMicro }
}

/** Gives back all that an order which ends still holds. */
export function releaseHold(x: MarketWorld, ctx: Context, row: OrderRow): void {
  const rest = heldBy(row)
  row.heldPrincipalMicro = 0
  row.heldFeeMicro = 0
  move(x, ctx, row, -rest)
}

function setHeld(x: MarketWorld, row: OrderRow): void {
  const instrument = x.catalog.mustInstrument(row.instrument)
  const principalMicro = principalOf(instrument, row, row.remainingUnits)
  assert(principalMicro < Infinity, 'a checked order can be paid')
  row.heldPrincipalMicro = principalMicro
  row.heldFeeMicro = feeFor(principalMicro, row.feePpm)
}

/** So much more into the hold, or out of it where it is below zero. */
function move(x: MarketWorld, ctx: Context, row: OrderRow, amountMicro: number): void {
  if (amountMicro === 0) return
  x.ledger.hold(ctx, row.account, amountMicro > 0 ? HELD : FREED, row.order, amountMicro)
  if (amountMicro > 0) x.budgets.commit(row, amountMicro)
  else x.budgets.release(row, -amountMicro)
}
