import { assert } from './assert.ts'

/**
 * Splits `total` over `weights` in proportion, in integers that sum to `total`: everyone gets the
 * floor, what is left goes one each to the largest remainders, a tie to the lower index
 * (spec/finance.md section 0). All weights zero is allowed only for a total of zero.
 */
export function largestRemainder(total: bigint, weights: readonly bigint[]): bigint[] {
  assert(total >= 0n && weights.every((weight) => weight >= 0n), 'negative total or weight')
  const sum = weights.reduce((a, b) => a + b, 0n)
  if (total === 0n) return weights.map(() => 0n)
  assert(sum > 0n, 'a total needs a positive weight')
  const shares = weights.map((weight) => (total * weight) / sum)
  const left = Number(total - shares.reduce((a, b) => a + b, 0n))
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % sum }))
    .toSorted((a, b) => {
      if (a.remainder === b.remainder) return a.index - b.index
      return a.remainder > b.remainder ? -1 : 1
    })
  for (const { index } of byRemainder.slice(0, left)) shares[index] = shares[index]! + 1n
  return shares
}
