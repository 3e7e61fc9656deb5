/** Values of a report's metrics in the units that `metricUnits` of the texts names. */
import type { Format } from '../format/use-format.ts'

/** What one shown unit is in the unit of the report. */
const SCALE: Readonly<Record<string, number>> = {
  compress_nt_kb_per_s: 1_000,
  dgemm_nt_mflops: 1_000,
  matmul_fp32_nt_mflops: 1_000,
  matmul_int8_nt_mops: 1_000,
  latency_ps: 1_000,
  rtt_ns: 1_000,
  jitter_ns: 1_000,
  delivered_ppm: 10_000,
  download_kb_per_s: 1_000,
}

/** `12.47` of 12,470 Mflop/s: the digits that matter, without the unit. */
export function metricNumber(format: Format, metric: string, value: number): string {
  const scale = SCALE[metric]
  if (scale === undefined) return format.number(value)
  const scaled = value / scale
  return format.number(scaled, { max: scaled >= 100 ? 1 : 2 })
}
