/** Measured values as people read them. */
import type { MonitorMetric } from '../../messages/index.ts'
import type { Format } from '../format/use-format.ts'

const UNITS = ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s']
const SHARES = /busy|steal|throttled|psi|used|pressure|gpu_mem|allocated/

/** `12.5 %`, `1.5 MB/s`, `0.42 ms`, `61 °C`: a value of a metric with its unit. */
export function measure(format: Format, metric: MonitorMetric, value: number): string {
  if (SHARES.test(metric)) return format.share(value)
  if (metric === 'loss_ppm') return format.share(value / 1e6)
  if (metric.endsWith('_bps')) return bytes(format, value)
  if (metric.endsWith('_us')) return `${format.number(value / 1_000, places(value / 1_000))} ms`
  if (metric.endsWith('_w')) return `${format.number(value, places(value))} W`
  return metric === 'temp_c' ? `${format.number(value, { max: 0 })} °C` : format.number(value)
}

function bytes(format: Format, value: number): string {
  const power = value < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3))
  const scaled = value / 1_000 ** power
  return `${format.number(scaled, places(scaled))} ${UNITS[power]}`
}

/** Three digits that matter, at most two after the point. */
function places(value: number): { max: number } {
  if (value >= 100 || value === 0) return { max: 0 }
  return { max: value >= 10 ? 1 : 2 }
}

/** `512 MiB`, `9.1 GiB`, `51 TiB`: an amount of memory with the digits that matter. */
export function memoryText(format: Format, mib: number): string {
  const units = ['MiB', 'GiB', 'TiB', 'PiB']
  const power = mib < 1_024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(mib) / 10))
  const scaled = mib / 1_024 ** power
  return `${format.number(scaled, places(scaled))} ${units[power]}`
}
