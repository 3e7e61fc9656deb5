/** What is measured every second, and who is watched: the words of monitoring. */

/**
 * What a machine measures of itself. The place in the list is the number on the wire: append only.
 * `_busy`, `_used`, `_steal`, `_throttled`, `psi_`, `_pressure` and `_mem` are shares 0 to 1; `_bps`
 * are bytes a second; `_us` microseconds; `_ppm` millionths; `_w` watts; `temp_c` degrees Celsius of
 * the hottest sensor; `ecc_errors` memory errors since the machine started.
 */
export const SAMPLE_METRICS = [
  'cpu_busy',
  'cpu_steal',
  'cpu_throttled',
  'psi_cpu',
  'mem_used',
  'mem_pressure',
  'disk_read_bps',
  'disk_write_bps',
  'disk_latency_us',
  'net_rx_bps',
  'net_tx_bps',
  'rtt_us',
  'jitter_us',
  'loss_ppm',
  'gpu_busy',
  'gpu_mem',
  'gpu_power_w',
  'power_w',
  'temp_c',
  'ecc_errors',
] as const
export type SampleMetric = (typeof SAMPLE_METRICS)[number]

/** What the capacity register says of the same second: shares 0 to 1 of what can be sold. */
export const RATE_METRICS = ['allocated_cores', 'allocated_memory', 'allocated_cards'] as const

/** Of many nodes together: how many there are, and how many sent samples lately. */
const COUNT_METRICS = ['nodes', 'nodes_reporting'] as const

/** Every series of a node, hub, site or the whole net; a node has no counts. */
export const MONITOR_METRICS = [...SAMPLE_METRICS, ...RATE_METRICS, ...COUNT_METRICS] as const
export type MonitorMetric = (typeof MONITOR_METRICS)[number]

export const SUBJECT_KINDS = ['national', 'hub', 'site', 'node'] as const
export type SubjectKind = (typeof SUBJECT_KINDS)[number]

/** One thing that is watched; the number of `national` is 0. */
export interface Subject {
  readonly kind: SubjectKind
  readonly number: number
}

/** Cores, memory and cards, of which something is free or taken. */
export interface Amounts {
  readonly cores: number
  readonly memoryMib: number
  readonly cards: number
}

/** A node as the register has it now: where it stands, what can be sold of it and what is taken. */
export interface NodePlace {
  readonly node: number
  readonly site: number
  readonly hub: number
  readonly sellable: Amounts
  readonly allocated: Amounts
}

/** Lengths of the intervals of series: one second, one minute, one hour. */
export type SeriesStep = 1 | 60 | 3_600
