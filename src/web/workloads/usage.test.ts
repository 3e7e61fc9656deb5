import { expect, test } from 'vitest'
import type { LeaseSample } from '../../wire/index.ts'
import { kept, usedCores } from './usage.ts'

const sample = (second: number, cpu_us: number, lease_id = 'lse_1'): LeaseSample => ({
  lease_id,
  at: new Date(second * 1_000).toISOString(),
  cpu_us,
  throttled_us: null,
  memory_mib: null,
  memory_peak_mib: 1,
})

test('cores are processor time over time between two samples', () => {
  const samples = [sample(0, 0), sample(1, 500_000), sample(3, 4_500_000), sample(3, 4_600_000)]
  expect(usedCores(samples)).toEqual([null, 0.5, 2, null])
})

test('the last two minutes of the lease that runs now are kept', () => {
  const old = Array.from({ length: 200 }, (_, second) => sample(second, second))
  expect(kept([], old)).toHaveLength(120)
  expect(kept(old, [sample(201, 1, 'lse_2')])).toEqual([sample(201, 1, 'lse_2')])
})
