import { DecimalError, formatDecimal, parseDecimal } from '../../kernel/index.ts'

const MICRO_DIGITS = 6

/** The plain decimal text of `0.50`, `¥0.5`, `1,216.00` (at most six digits after the point, not negative); null otherwise. */
export function parseMoney(text: string): string | null {
  const bare = text.replace(/^[¥￥]\s*/, '').replaceAll(/,(?=\d{3})/g, '')
  try {
    const micro = parseDecimal(bare, MICRO_DIGITS)
    return micro < 0n ? null : formatDecimal(micro, MICRO_DIGITS, { minFraction: 2 })
  } catch (error) {
    if (error instanceof DecimalError) return null
    throw error
  }
}

/** Micro-units of a decimal text that the exchange sent. */
export function microOf(text: string): bigint {
  return parseDecimal(text, MICRO_DIGITS)
}

/** Decimal text of micro-units, at least two digits after the point. */
export function moneyFromMicro(amountMicro: bigint): string {
  return formatDecimal(amountMicro, MICRO_DIGITS, { minFraction: 2 })
}
