import { assert } from './assert.ts'
import { ceilDiv, floorDiv, minBig, mulDivCeil } from './integers.ts'

const secondsPerHour = 3_600n
const ppm = 1_000_000n

/** A price in micro-units per unit-hour and the number of units it is paid for. */
export interface Rate {
  readonly priceMicroPerHour: bigint
  readonly units: number
}

/**
 * What `seconds` of delivery have cost in all, in micro-units: floor(price × units × seconds / 3600).
 * Cumulative: a charge is due(now) minus what was billed, never a sum of rounded intervals
 * (spec/finance.md section 0, E39).
 */
export function due(lease: Rate & { readonly seconds: number }): bigint {
  return floorDiv(rateOf(lease) * count(lease.seconds), secondsPerHour)
}

/**
 * What is set aside for `horizonSeconds` of delivery: principal = ceil(price × units × horizon /
 * 3600) and fee = ceil(principal × ppm / 10^6), both in micro-units (BLUEPRINT section 4).
 */
export function holdFor(
  order: Rate & { readonly horizonSeconds: number; readonly feePpm: number },
): { principalMicro: bigint; feeMicro: bigint } {
  const principalMicro = ceilDiv(rateOf(order) * count(order.horizonSeconds), secondsPerHour)
  return { principalMicro, feeMicro: mulDivCeil(principalMicro, count(order.feePpm), ppm) }
}

/**
 * The same as a number, for the bills of every hour: exact, and Infinity where the amount is not a safe
 * integer. `rateMicro` is price × units, a safe integer.
 */
export function dueFor(rateMicro: number, seconds: number): number {
  const product = rateMicro * seconds
  if (product <= Number.MAX_SAFE_INTEGER) {
    // A quotient just below a whole number may be rounded to it.
    const quotient = Math.floor(product / 3_600)
    return quotient * 3_600 > product ? quotient - 1 : quotient
  }
  return safe(floorDiv(BigInt(rateMicro) * BigInt(seconds), secondsPerHour))
}

/**
 * The principal and the fee of `holdFor` as numbers, for the path of every order: exact, and Infinity
 * where the amount is not a safe integer. `rateMicro` is price x units, `principalMicro` a result of
 * `principalFor`; both and the counts are whole and not negative.
 */
export function principalFor(rateMicro: number, horizonSeconds: number): number {
  const product = rateMicro * horizonSeconds
  if (product <= Number.MAX_SAFE_INTEGER) return ceilOf(product, 3_600)
  if (!Number.isSafeInteger(rateMicro)) return Infinity
  return safe(ceilDiv(BigInt(rateMicro) * BigInt(horizonSeconds), secondsPerHour))
}
export function feeFor(principalMicro: number, feePpm: number): number {
  const product = principalMicro * feePpm
  if (product <= Number.MAX_SAFE_INTEGER) return ceilOf(product, 1_000_000)
  if (principalMicro === Infinity) return Infinity
  return safe(mulDivCeil(BigInt(principalMicro), BigInt(feePpm), ppm))
}
/** A quotient just below a whole number may be rounded to it, and then it is the answer already. */
function ceilOf(value: number, divisor: number): number {
  const quotient = Math.floor(value / divisor)
  return quotient * divisor < value ? quotient + 1 : quotient
}
function safe(amount: bigint): number {
  return amount <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(amount) : Infinity
}

/**
 * The fee due so far on what was billed so far: ceil(billed × ppm / 10^6), capped by the fee escrow
 * when one is given. Cumulative: subtract what was charged (BLUEPRINT section 4).
 */
export function feeDue(lease: {
  readonly billedMicro: bigint
  readonly feePpm: number
  readonly feeEscrowMicro?: bigint
}): bigint {
  assert(lease.billedMicro >= 0n, 'negative amount billed')
  const feeMicro = mulDivCeil(lease.billedMicro, count(lease.feePpm), ppm)
  return lease.feeEscrowMicro === undefined ? feeMicro : minBig(feeMicro, lease.feeEscrowMicro)
}

/**
 * The greatest whole number of further seconds that `availableMicro` can hold, at most `maxSeconds`
 * (unbounded when absent). With `alreadySeconds` held before, the extension costs
 * hold(already + s) − hold(already), so roundings never add up. A free rate gives `maxSeconds`.
 */
export function affordableSeconds(
  order: Rate & {
    readonly feePpm: number
    readonly availableMicro: bigint
    readonly alreadySeconds?: number
    readonly maxSeconds?: number
  },
): number {
  const { feePpm, availableMicro, alreadySeconds = 0 } = order
  const maxSeconds = order.maxSeconds ?? Number.MAX_SAFE_INTEGER - alreadySeconds
  assert(count(maxSeconds) + count(alreadySeconds) <= Number.MAX_SAFE_INTEGER, 'too many seconds')
  if (availableMicro < 0n) return 0
  const rate = rateOf(order)
  if (rate === 0n) return maxSeconds
  const before = holdFor({ ...order, horizonSeconds: alreadySeconds })
  const budgetMicro = availableMicro + before.principalMicro + before.feeMicro
  // p + ceil(p × f / 10^6) <= budget exactly when p <= budget × 10^6 / (10^6 + f), p an integer;
  // ceil(rate × s / 3600) <= p exactly when s <= 3600 × p / rate.
  const principalMicro = floorDiv(budgetMicro * ppm, ppm + count(feePpm))
  const seconds = floorDiv(principalMicro * secondsPerHour, rate) - count(alreadySeconds)
  return Number(minBig(seconds, count(maxSeconds)))
}

function rateOf(rate: Rate): bigint {
  assert(rate.priceMicroPerHour >= 0n, 'negative price')
  return rate.priceMicroPerHour * count(rate.units)
}

function count(value: number): bigint {
  assert(Number.isSafeInteger(value) && value >= 0, 'expected a whole number, not negative')
  return BigInt(value)
}
