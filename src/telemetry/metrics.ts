/** How each series is kept in 16 bits, and how many nodes' values become one. */
import { MONITOR_METRICS, type MonitorMetric } from '../messages/index.ts'
import { linear, logarithmic, type Scale } from './scale.ts'

/** `cores`, `memory`, `cards`: the mean, weighted by how much of it a node has. */
export type Combine = 'cores' | 'memory' | 'cards' | 'mean' | 'sum' | 'highest' | 'register'

interface Kept {
  readonly scale: Scale
  readonly combine: Combine
}

const share = linear(1)
const bytes = logarithmic(1, 1e13)
const time = logarithmic(1, 1e9)
const watts = logarithmic(0.01, 1e9)
const count = logarithmic(1, 1e9)

const KEPT: Readonly<Record<MonitorMetric, Kept>> = {
  cpu_busy: { scale: share, combine: 'cores' },
  cpu_steal: { scale: share, combine: 'cores' },
  cpu_throttled: { scale: share, combine: 'cores' },
  psi_cpu: { scale: share, combine: 'cores' },
  mem_used: { scale: share, combine: 'memory' },
  mem_pressure: { scale: share, combine: 'memory' },
  disk_read_bps: { scale: bytes, combine: 'sum' },
  disk_write_bps: { scale: bytes, combine: 'sum' },
  disk_latency_us: { scale: time, combine: 'mean' },
  net_rx_bps: { scale: bytes, combine: 'sum' },
  net_tx_bps: { scale: bytes, combine: 'sum' },
  rtt_us: { scale: time, combine: 'mean' },
  jitter_us: { scale: time, combine: 'mean' },
  loss_ppm: { scale: linear(1e6), combine: 'mean' },
  gpu_busy: { scale: share, combine: 'cards' },
  gpu_mem: { scale: share, combine: 'cards' },
  gpu_power_w: { scale: watts, combine: 'sum' },
  power_w: { scale: watts, combine: 'sum' },
  temp_c: { scale: linear(200), combine: 'highest' },
  ecc_errors: { scale: count, combine: 'sum' },
  allocated_cores: { scale: share, combine: 'register' },
  allocated_memory: { scale: share, combine: 'register' },
  allocated_cards: { scale: share, combine: 'register' },
  nodes: { scale: count, combine: 'register' },
  nodes_reporting: { scale: count, combine: 'register' },
}

/** By the place of the metric in MONITOR_METRICS. */
export const SCALES: readonly Scale[] = MONITOR_METRICS.map((name) => KEPT[name].scale)
export const COMBINES: readonly Combine[] = MONITOR_METRICS.map((name) => KEPT[name].combine)
