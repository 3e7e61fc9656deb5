// The exchange with every check on trades as the oracle says, and its ledger balances.
import { expect, test } from 'vitest'
import { generate } from '../cxb1/generate.ts'
import { oracleOf, prepareSpot } from './run.ts'

test.each([
  { symbols: 1, prefill: 500, commands: 4_000, seed: 42, mix: 'std' },
  { symbols: 7, prefill: 60, commands: 4_000, seed: 3, mix: 'std' },
] as const)('TRD-014 TRD-019: $symbols symbols, seed $seed', (workload) => {
  const { words } = generate(workload)
  const expected = oracleOf(words, workload.symbols * workload.prefill)
  expect(Math.min(expected.trades, expected.expired)).toBeGreaterThan(0)
  for (const settlement of ['lease', 'at_trade'] as const) {
    const { result, imbalanceMicro, faults } = prepareSpot(words, workload, settlement)()
    expect(result).toEqual(expected)
    expect([imbalanceMicro, faults]).toEqual([0n, []])
  }
})
