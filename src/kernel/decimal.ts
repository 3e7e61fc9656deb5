import { assert } from './assert.ts'

export type DecimalFault = 'NOT_A_DECIMAL' | 'TOO_MANY_DIGITS' | 'TOO_PRECISE'

/** Why a text is not a decimal of the wanted scale. */
export class DecimalError extends Error {
  override readonly name = 'DecimalError'
  readonly reason: DecimalFault

  constructor(reason: DecimalFault) {
    super(reason)
    this.reason = reason
  }
}

const decimalPattern = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/
const maxLength = 64

/**
 * `12.34` with scale 6 is 12340000n. Plain digits only: no sign +, spaces, exponent, leading zeros
 * or bare point. Throws DecimalError, with TOO_PRECISE for more than `scale` fraction digits.
 */
export function parseDecimal(text: string, scale: number): bigint {
  checkScale(scale)
  if (text.length > maxLength) throw new DecimalError('TOO_MANY_DIGITS')
  const match = decimalPattern.exec(text)
  if (match === null) throw new DecimalError('NOT_A_DECIMAL')
  const [, sign, whole = '', fraction = ''] = match
  if (fraction.length > scale) throw new DecimalError('TOO_PRECISE')
  const magnitude = BigInt(whole + fraction.padEnd(scale, '0'))
  return sign === '-' ? -magnitude : magnitude
}

/**
 * The shortest decimal text of `value` / 10^scale, with at least `minFraction` fraction digits.
 * Inverse of parseDecimal.
 */
export function formatDecimal(
  value: bigint,
  scale: number,
  { minFraction = 0 }: { readonly minFraction?: number } = {},
): string {
  checkScale(scale)
  assert(Number.isInteger(minFraction) && minFraction >= 0 && minFraction <= scale, 'minFraction')
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  let end = digits.length
  while (end > point + minFraction && digits[end - 1] === '0') end--
  const fraction = digits.slice(point, end)
  const sign = value < 0n ? '-' : ''
  return sign + digits.slice(0, point) + (fraction === '' ? '' : `.${fraction}`)
}

function checkScale(scale: number): void {
  assert(Number.isInteger(scale) && scale >= 0 && scale <= 30, 'scale 0..30')
}
