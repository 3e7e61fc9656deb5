import type { MonitorMetric } from '../../messages/index.ts'
import type { MonitorSubject } from '../../wire/index.ts'
import type { Cli } from '../cli.ts'
import type { Column, ListView } from '../output/print.ts'
import { word } from '../output/values.ts'

/** Machines as they are now: what is allocated of each and how busy it is. */
export const watchedView: ListView<MonitorSubject> = {
  columns: [
    { title: 'col.node', cell: (one) => one.name.en },
    { title: 'col.status', cell: stateOf },
    { title: 'col.allocatedRate', cell: (one) => shareText(one.allocation_rate), right: true },
    { title: 'col.utilisation', cell: (one) => shareText(one.utilisation), right: true },
    { title: 'col.memoryUsed', cell: (one) => shareText(one.values.mem_used), right: true },
    rate('col.diskRead', 'disk_read_bps'),
    rate('col.diskWrite', 'disk_write_bps'),
    rate('col.netIn', 'net_rx_bps'),
    rate('col.netOut', 'net_tx_bps'),
    { title: 'col.rtt', cell: (one) => milliseconds(one.values.rtt_us), right: true },
    { title: 'col.temperature', cell: (one) => degrees(one.values.temp_c), right: true },
    { title: 'col.leases', cell: (one) => String(one.leases), right: true },
    wide('col.jitter', (one) => milliseconds(one.values.jitter_us)),
    wide('col.loss', (one) => share(one.values.loss_ppm, 1e6)),
    wide('col.throttled', (one) => shareText(one.values.cpu_throttled)),
    wide('col.ecc', (one) => (one.values.ecc_errors ?? '-').toString()),
    wide('col.hub', (one) => one.hub_id ?? '-'),
    wide('col.site', (one) => one.site_id ?? '-'),
    wide('col.id', (one) => one.id ?? '-'),
  ],
  name: (one) => one.id ?? one.name.en,
  empty: 'empty.watched',
}

function stateOf(one: MonitorSubject, cli: Cli): string {
  if (one.connected === false) return word(cli, 'away')
  return one.reporting ? word(cli, one.status ?? '') : word(cli, 'silent')
}

function rate(title: Column<MonitorSubject>['title'], metric: MonitorMetric) {
  return { title, cell: (one: MonitorSubject) => bytes(one.values[metric]), right: true }
}

function wide(title: Column<MonitorSubject>['title'], cell: (one: MonitorSubject) => string) {
  return { title, cell, right: true, wide: true }
}

/** `12.5%` of a share from 0 to 1. */
export function shareText(value: number | null | undefined): string {
  return share(value ?? undefined, 1)
}

function share(value: number | undefined, whole: number): string {
  return value === undefined ? '-' : `${((value / whole) * 100).toFixed(value === 0 ? 0 : 1)}%`
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** `0`, `12 kB`, `1.5 GB`: bytes a second with two digits that matter. */
function bytes(value: number | undefined): string {
  if (value === undefined) return '-'
  const power = value < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3))
  const scaled = value / 10 ** (power * 3)
  return `${scaled.toFixed(scaled < 10 && power > 0 ? 1 : 0)} ${UNITS[power]}`
}

function milliseconds(us: number | undefined): string {
  return us === undefined ? '-' : `${(us / 1_000).toFixed(us < 10_000 ? 2 : 0)} ms`
}

function degrees(value: number | undefined): string {
  return value === undefined ? '-' : `${value.toFixed(0)} °C`
}
