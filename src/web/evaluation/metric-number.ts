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
  fio_write_1m_kb_per_s: 1_000,
  fio_read_1m_kb_per_s: 1_000,
  fio_fsync_p99_ns: 1_000,
  iperf3_up_kbit_per_s: 1_000,
  iperf3_down_kbit_per_s: 1_000,
  openblas_dgemm_mflops: 1_000,
  openblas_sgemm_mflops: 1_000,
  nvidia_power_limit_mw: 1_000,
  nvidia_power_draw_mw: 1_000,
  gpu_fp64_gflops: 1_000,
  gpu_fp32_gflops: 1_000,
  gpu_tf32_gflops: 1_000,
  gpu_fp16_gflops: 1_000,
  gpu_bf16_gflops: 1_000,
  gpu_int8_gops: 1_000,
  gpu_memory_mb_per_s: 1_000,
  gpu_h2d_mb_per_s: 1_000,
  gpu_d2h_mb_per_s: 1_000,
  gpu_launch_ns: 1_000,
}

/** `12.47` of 12,470 Mflop/s: the digits that matter, without the unit. */
export function metricNumber(format: Format, metric: string, value: number): string {
  const scale = SCALE[metric]
  if (scale === undefined) return format.number(value)
  const scaled = value / scale
  return format.number(scaled, { max: scaled >= 100 ? 1 : 2 })
}
