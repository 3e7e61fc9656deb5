/** Money of buy orders: held on entry, taken by fills, given back at the end (TRD-010 to TRD-012). */
import { assert, holdFor } from '../../kernel/index.ts'
import { CHART } from '../../messages/index.ts'
import type { InstrumentRow } from '../catalog/rows.ts'
import type { Context } from '../context.ts'
import type { OrderRow } from './rows.ts'
import type { MarketWorld } from './world.ts'

export interface Held {
  readonly principalMicro: bigint
  readonly feeMicro: bigint
}
type Terms = Pick<OrderRow, 'priceTicks' | 'horizonSeconds' | 'feePpm'>

/** What so many units at the limit need: ceil(limit x units x horizon / 3600) and the higher fee. */
export function holdOf(instrument: InstrumentRow, terms: Terms, units: number): Held {
  const { horizonSeconds, feePpm } = terms
  const priceMicroPerHour = BigInt(terms.priceTicks) * instrument.tickMicro
  return holdFor({ priceMicroPerHour, units, horizonSeconds, feePpm })
}
export function sum(held: Held): bigint {
  return held.principalMicro + held.feeMicro
}
export function heldBy(row: OrderRow): Held {
  return { principalMicro: row.heldPrincipalMicro, feeMicro: row.heldFeeMicro }
}

/**
 * Makes the hold of an order what its remaining units need: more comes from free money (checked
 * before), less goes back to it.
 */
export function adjustHold(x: MarketWorld, ctx: Context, row: OrderRow): void {
  if (row.side === 'sell') return
  const before = sum(heldBy(row))
  const need = setHeld(x, row)
  if (need > before) {
    x.ledger.move(ctx, { ...entry(row, 'TRD-010'), ...into(row), amountMicro: need - before })
    x.budgets.commit(row, need - before)
  } else if (need < before) {
    x.ledger.move(ctx, { ...entry(row, 'TRD-012'), ...outOf(row), amountMicro: before - need })
    x.budgets.release(row, before - need)
  }
}

/**
 * What the fill that was just counted takes out of the hold: hold(before) - hold(after), by
 * difference, so that no dust is left. The money stays in HOLD until the delivery desk moves it.
 */
export function takeHold(x: MarketWorld, row: OrderRow): Held {
  const before = heldBy(row)
  setHeld(x, row)
  const principalMicro = before.principalMicro - row.heldPrincipalMicro
  const feeMicro = before.feeMicro - row.heldFeeMicro
  assert(principalMicro >= 0n && feeMicro >= 0n, 'a fill takes from the hold')
  row.takenMicro += principalMicro + feeMicro
  return { principalMicro, feeMicro }
}

/** Gives back all that an order which ends still holds. */
export function releaseHold(x: MarketWorld, ctx: Context, row: OrderRow): void {
  const rest = sum(heldBy(row))
  if (rest === 0n) return
  row.heldPrincipalMicro = 0n
  row.heldFeeMicro = 0n
  x.ledger.move(ctx, { ...entry(row, 'TRD-012'), ...outOf(row), amountMicro: rest })
  x.budgets.release(row, rest)
}

function setHeld(x: MarketWorld, row: OrderRow): bigint {
  const instrument = x.catalog.mustInstrument(row.instrument)
  const need = holdOf(instrument, row, row.remainingUnits)
  row.heldPrincipalMicro = need.principalMicro
  row.heldFeeMicro = need.feeMicro
  return sum(need)
}
function entry(row: OrderRow, rule: string) {
  return { rule, subject: row.order }
}
function into(row: OrderRow) {
  const owner = row.account
  return { from: { code: CHART.AVAILABLE, owner }, to: { code: CHART.HOLD, owner } }
}
function outOf(row: OrderRow) {
  const owner = row.account
  return { from: { code: CHART.HOLD, owner }, to: { code: CHART.AVAILABLE, owner } }
}
