import { expect, test } from 'vitest'
import type { MonitorMetric } from '../../messages/index.ts'
import type { Format } from '../format/use-format.ts'
import { formatNumber, formatShare } from '../format/number.ts'
import { measure, memoryText } from './measure.ts'

const format = {
  share: (value: number) => formatShare(value, 'en'),
  number: (value: number, places?: { max: number }) => formatNumber(value, 'en', places),
} as Format

test.each<[MonitorMetric, number, string]>([
  ['cpu_busy', 0.125, '12.5%'],
  ['allocated_cards', 1, '100%'],
  ['loss_ppm', 20_000, '2%'],
  ['net_rx_bps', 0, '0 B/s'],
  ['net_rx_bps', 999, '999 B/s'],
  ['disk_read_bps', 1_500_000, '1.5 MB/s'],
  ['disk_read_bps', 123_456_789, '123 MB/s'],
  ['rtt_us', 420, '0.42 ms'],
  ['jitter_us', 26_400, '26.4 ms'],
  ['power_w', 210.5, '211 W'],
  ['temp_c', 61.4, '61 °C'],
  ['ecc_errors', 3, '3'],
])('%s of %d is told as %s', (metric, value, text) => {
  expect(measure(format, metric, value)).toBe(text)
})

test('memory has the digits that matter', () => {
  const told = [0, 512, 9_345, 20_544 * 1_024].map((mib) => memoryText(format, mib))
  expect(told).toEqual(['0 MiB', '512 MiB', '9.13 GiB', '20.1 TiB'])
})
