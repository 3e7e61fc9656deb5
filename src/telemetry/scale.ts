/** Values in 16 bits: 0 is "not measured", 1 to 65,535 stand for values of a fixed range. */

const LAST = 65_535

export interface Scale {
  /** the code of a value; values outside of the range get the nearest end, NaN gets 0 */
  readonly code: (value: number) => number
  /** the value of a code; NaN for 0 */
  readonly value: (code: number) => number
}

/** Codes in equal steps from 0 to `high`: off by at most `high` / 131,068. */
export function linear(high: number): Scale {
  const step = high / (LAST - 1)
  return {
    code: (value) =>
      Number.isNaN(value) ? 0 : 1 + Math.round(Math.min(Math.max(value, 0), high) / step),
    value: (code) => (code === 0 ? Number.NaN : (code - 1) * step),
  }
}

/**
 * Code 1 is zero, the others go from `low` to `high` in equal ratios: a value between the two is off
 * by at most (high / low)^(1 / 131,066) - 1 of itself. Below `low` it is zero or `low`, as is nearer.
 */
export function logarithmic(low: number, high: number): Scale {
  const base = Math.log(low)
  const step = (Math.log(high) - base) / (LAST - 2)
  return {
    code(value) {
      if (Number.isNaN(value)) return 0
      if (value < low) return value < low / 2 ? 1 : 2
      return 2 + Math.round((Math.log(Math.min(value, high)) - base) / step)
    },
    value(code) {
      if (code < 2) return code === 0 ? Number.NaN : 0
      return Math.exp(base + (code - 2) * step)
    },
  }
}
