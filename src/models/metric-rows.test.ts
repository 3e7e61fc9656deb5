// Every metric of a report beside its reference, with points of its own where it may be used.
import { expect, test } from 'vitest'
import { measured } from '../../test/support/report.ts'
import { metricRows } from './metric-rows.ts'

const rowOf = (times: number, metric: string) =>
  metricRows(measured(times)).find((row) => row.metric === metric)

test('points of one metric are its ratio to the reference, inverse where lower is better', () => {
  expect(rowOf(2, 'dgemm_nt_mflops')).toMatchObject({
    value: 11_600,
    reference: 5_800,
    points: 2_000,
    dimensions: ['general', 'ai'],
  })
  expect(rowOf(2, 'latency_ps')).toMatchObject({
    value: 90_000,
    lowerIsBetter: true,
    points: 2_000,
  })
})

test('what may not be used has the reason instead of points', () => {
  const { metrics } = measured()
  const changed = metrics.map((one) =>
    one.metric === 'rtt_ns' ? { ...one, runs: [500_000, 500_000] } : one,
  )
  const row = metricRows({ metrics: changed }).find(({ metric }) => metric === 'rtt_ns')
  expect(row).toMatchObject({ points: null, fault: 'TOO_FEW_RUNS', runs: 2 })
})

test('a metric of another suite is shown and has no reference', () => {
  const [row] = metricRows({ metrics: [{ metric: 'other', runs: [1, 1, 1, 1, 1], shares: [] }] })
  expect(row).toMatchObject({ unit: '', reference: null, points: null, dimensions: [] })
})
