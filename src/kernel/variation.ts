/**
 * Coefficient of variation: standard deviation (of n - 1) over the mean, parts per million. 0 of fewer
 * than two values and of a mean of 0.
 */
export function variationPpm(values: readonly number[]): number {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, n)
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return mean === 0 ? 0 : Math.round((Math.sqrt(squares / Math.max(1, n - 1)) / mean) * 1e6)
}
