/** Fields of a PlaceOrder that must agree with each other, whatever the market is. */
import { LIMITS, type CommandOf, type Refusal } from '../../messages/index.ts'
import { fieldUnless } from '../catalog/checks.ts'
import type { Actor } from '../context.ts'
import { neverRests } from './plan.ts'

type Place = CommandOf<'PlaceOrder'>

/** FIELD_INVALID for the first field that cannot be, else null. */
export function checkFields(_x: unknown, actor: Actor, c: Place): Refusal | null {
  return checkAmounts(c) ?? checkTime(actor, c) ?? checkKind(c) ?? checkParty(c)
}

/** 1 to the limit: a number of units that an order may have. */
export function checkUnits(field: string, units: number): Refusal | null {
  return fieldUnless(units >= 1 && units <= LIMITS.unitsPerOrder, field, UNITS_WHY)
}
// Made once: these checks run in every order.
const UNITS_WHY = `it must be 1 to ${LIMITS.unitsPerOrder}`
const HORIZON_WHY = `it must be at most ${LIMITS.durationSecondsMax}`
const DURATION_WHY = `it must be 1 to ${LIMITS.durationSecondsMax}`
export function checkPrice(priceTicks: number): Refusal | null {
  return fieldUnless(priceTicks >= 1, 'priceTicks', 'it must be at least 1')
}

function checkAmounts(c: Place): Refusal | null {
  const isLimit = c.type === 'limit'
  return (
    checkUnits('units', c.units) ??
    fieldUnless(isLimit === (c.priceTicks !== null), 'priceTicks', 'a limit order has one') ??
    (c.priceTicks === null ? null : checkPrice(c.priceTicks)) ??
    fieldUnless(c.minUnits <= c.units, 'minUnits', 'it must not pass units') ??
    fieldUnless(c.capMicro === null || c.capMicro >= 0n, 'capMicro', 'it must not be below zero')
  )
}

function checkTime(actor: Actor, c: Place): Refusal | null {
  const max = LIMITS.durationSecondsMax
  return (
    fieldUnless(
      (c.timeInForce === 'GTD') === (c.expiresAtUs !== null),
      'expiresAtUs',
      'a GTD order has one',
    ) ??
    fieldUnless(
      c.expiresAtUs === null || c.expiresAtUs > actor.timeUs,
      'expiresAtUs',
      'it must be in the future',
    ) ??
    fieldUnless(c.horizonSeconds <= max, 'horizonSeconds', HORIZON_WHY) ??
    fieldUnless(
      c.durationSeconds === null || (c.durationSeconds >= 1 && c.durationSeconds <= max),
      'durationSeconds',
      DURATION_WHY,
    )
  )
}

function checkKind(c: Place): Refusal | null {
  const rests = c.timeInForce === 'GTC' || c.timeInForce === 'GTD'
  return (
    fieldUnless(
      !c.postOnly || (rests && c.type === 'limit' && !neverRests(c)),
      'postOnly',
      'only a limit order that may rest can be post-only',
    ) ??
    fieldUnless(
      !c.standing || (rests && c.side === 'buy' && neverRests(c)),
      'standing',
      'only an open buy order that never rests can wait',
    )
  )
}

function checkParty(c: Place): Refusal | null {
  const isBuy = c.side === 'buy'
  return (
    fieldUnless(isBuy || c.node !== null, 'node', 'a sell order names its node') ??
    fieldUnless(isBuy || !c.colocate, 'colocate', 'a sell order is on one node already') ??
    fieldUnless(isBuy || c.workload === null, 'workload', 'only a buy order has one') ??
    fieldUnless(
      c.retryTicks === null || (c.colocate && c.workload !== null),
      'retryTicks',
      'only a colocate order that brings its workload can be tried again',
    ) ??
    fieldUnless(
      (c.capacity === 'agency') === (c.onBehalfOf !== null),
      'onBehalfOf',
      'an agency order has one',
    )
  )
}
