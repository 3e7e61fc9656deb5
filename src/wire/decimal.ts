/** Money and prices between the wire (decimal text) and the core (bigint micro-units, ticks). */
import { DecimalError, formatDecimal, parseDecimal } from '../kernel/index.ts'

const MICRO_DIGITS = 6
/** at least two digits after the point, as people write yuan */
const MONEY_DIGITS = 2

/** `12340000n` micro-units are `12.34`. */
export function moneyText(amountMicro: bigint): string {
  return formatDecimal(amountMicro, MICRO_DIGITS, { minFraction: MONEY_DIGITS })
}

/** The micro-units of a decimal text; null when it is not one or is finer than a micro-unit. */
export function moneyOf(text: string): bigint | null {
  try {
    return parseDecimal(text, MICRO_DIGITS)
  } catch (error) {
    if (error instanceof DecimalError) return null
    throw error
  }
}

/** The price per unit-hour of so many ticks. */
export function priceText(ticks: number, tickMicro: bigint): string {
  return moneyText(BigInt(ticks) * tickMicro)
}

/** Whole ticks of a price text; null when it is no decimal, not positive, or between two ticks. */
export function ticksOf(price: string, tickMicro: bigint): number | null {
  const micro = moneyOf(price)
  if (micro === null || micro <= 0n || micro % tickMicro !== 0n) return null
  const ticks = micro / tickMicro
  return ticks <= 0xffff_ffffn ? Number(ticks) : null
}

/** sum of ticks x units over fills / units, to the micro-unit, half up; null without fills. */
export function averagePriceText(
  tickUnits: number | bigint,
  units: number,
  tickMicro: bigint,
): string | null {
  if (units === 0) return null
  const total = BigInt(tickUnits) * tickMicro
  return moneyText((2n * total + BigInt(units)) / (2n * BigInt(units)))
}
