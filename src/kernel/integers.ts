import { assert } from './assert.ts'

/** Greatest absolute amount of money in micro-units: 2^62 (BLUEPRINT section 5). */
export const MONEY_MAX = 2n ** 62n

/** Returns `amountMicro`; asserts that it is within ±2^62. */
export function checkMoney(amountMicro: bigint): bigint {
  assert(amountMicro <= MONEY_MAX && amountMicro >= -MONEY_MAX, 'money beyond 2^62 micro-units')
  return amountMicro
}

/** a / b rounded down, towards minus infinity. */
export function floorDiv(a: bigint, b: bigint): bigint {
  assert(b !== 0n, 'division by zero')
  const quotient = a / b
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient
}

/** a / b rounded up, towards plus infinity. */
export function ceilDiv(a: bigint, b: bigint): bigint {
  return -floorDiv(-a, b)
}

/** a × b / c rounded down, the product exact. */
export function mulDivFloor(a: bigint, b: bigint, c: bigint): bigint {
  return floorDiv(a * b, c)
}

/** a × b / c rounded up, the product exact. */
export function mulDivCeil(a: bigint, b: bigint, c: bigint): bigint {
  return ceilDiv(a * b, c)
}

/** a × b / c rounded to the nearest integer, a tie to the even one. */
export function mulDivHalfEven(a: bigint, b: bigint, c: bigint): bigint {
  const product = a * b
  const low = floorDiv(product, c)
  const twiceRest = 2n * absBig(product - low * c)
  const whole = absBig(c)
  const isUp = twiceRest > whole || (twiceRest === whole && low % 2n !== 0n)
  return isUp ? low + 1n : low
}

/** The absolute value. */
export function absBig(x: bigint): bigint {
  return x < 0n ? -x : x
}

/** The smallest of one or more. */
export function minBig(first: bigint, ...rest: readonly bigint[]): bigint {
  return rest.reduce((least, x) => (x < least ? x : least), first)
}

/** The greatest of one or more. */
export function maxBig(first: bigint, ...rest: readonly bigint[]): bigint {
  return rest.reduce((most, x) => (x > most ? x : most), first)
}

/** Square root of x >= 0 rounded down (Newton's method from above). */
export function isqrt(x: bigint): bigint {
  assert(x >= 0n, 'isqrt of a negative number')
  if (x < 2n) return x
  let root = 1n << BigInt((x.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (root + x / root) >> 1n
    if (next >= root) return root
    root = next
  }
}
