/** The middle value, the lower of two; null of none. */
export function lowerMedian(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((values.length - 1) / 2)] ?? null
}
