import { SAMPLE_METRICS, type SampleMetric } from '../../messages/index.ts'
import type { CgroupHost } from '../cgroup/find.ts'
import {
  parseDisks,
  parseMemory,
  parseNet,
  parsePressure,
  parseStat,
  type CpuCounters,
  type DiskCounters,
  type NetCounters,
} from './counters.ts'
import type { CardSample } from './gpu-watch.ts'
import type { PathQuality } from './pulse.ts'
import { hottest, memoryErrors, packageEnergyUj } from './sensors.ts'
import type { SystemFiles } from './system-files.ts'
import { throttled, type Throttled } from './throttling.ts'

/** Looks between which disks and interfaces are taken to be the same. */
const DEVICES_EVERY = 60

type Values = Readonly<Record<SampleMetric, number>>

/** All counters at one moment. */
interface Counters {
  readonly atMs: number
  readonly cpu: CpuCounters | null
  readonly cpuPressureUs: number
  readonly memoryPressureUs: number
  readonly disks: DiskCounters
  readonly net: NetCounters
  readonly throttled: Throttled | null
  readonly energyUj: number
}

/** What is known of a machine that cannot be looked at from here, in the order of SAMPLE_METRICS. */
export function ofPath(path: PathQuality): Float32Array {
  const values: Partial<Values> = pathValues(path)
  return Float32Array.from(SAMPLE_METRICS, (metric) => values[metric] ?? Number.NaN)
}

function pathValues({ rttUs, jitterUs, lossPpm }: PathQuality) {
  return { rtt_us: rttUs, jitter_us: jitterUs, loss_ppm: lossPpm }
}

/**
 * What this machine did since the last look: differences of the kernel's counters, and what sensors
 * and others say. What cannot be measured here is NaN.
 */
export class SampleReader {
  readonly #files: SystemFiles
  readonly #host: CgroupHost
  readonly #nowMs: () => number
  #last: Counters
  #disks: ReadonlySet<string> = new Set()
  #interfaces: ReadonlySet<string> = new Set()
  #looks = 0

  constructor(files: SystemFiles, host: CgroupHost, nowMs: () => number) {
    this.#files = files
    this.#host = host
    this.#nowMs = nowMs
    this.#last = this.#look()
  }

  /** In the order of SAMPLE_METRICS. */
  read(path: PathQuality, cards: readonly CardSample[]): Float32Array {
    const [before, now] = [this.#last, this.#look()]
    this.#last = now
    const values: Values = {
      ...this.#work(before, now),
      ...transfers(before, now),
      mem_used: parseMemory(this.#files.text('proc/meminfo')),
      ...pathValues(path),
      ...cardValues(cards),
      temp_c: highest([hottest(this.#files), ...cards.map((card) => card.tempC)]),
      ecc_errors: sum([memoryErrors(this.#files), ...cards.map((card) => card.errors)]),
    }
    return Float32Array.from(SAMPLE_METRICS, (metric) => values[metric])
  }

  #look(): Counters {
    const files = this.#files
    if (this.#looks++ % DEVICES_EVERY === 0) {
      this.#disks = files.disks()
      this.#interfaces = files.interfaces()
    }
    return {
      atMs: this.#nowMs(),
      cpu: parseStat(files.text('proc/stat')),
      cpuPressureUs: parsePressure(files.text('proc/pressure/cpu')),
      memoryPressureUs: parsePressure(files.text('proc/pressure/memory')),
      disks: parseDisks(files.text('proc/diskstats'), this.#disks),
      net: parseNet(files.text('proc/net/dev'), this.#interfaces),
      throttled: throttled(files, this.#host),
      energyUj: packageEnergyUj(files),
    }
  }

  #work(before: Counters, now: Counters) {
    const us = (now.atMs - before.atMs) * 1_000
    const ticks = (now.cpu?.total ?? 0) - (before.cpu?.total ?? 0)
    const ofTicks = (kind: 'busy' | 'steal'): number =>
      ticks <= 0 ? Number.NaN : share(((now.cpu?.[kind] ?? 0) - (before.cpu?.[kind] ?? 0)) / ticks)
    const groups = now.throttled?.groups ?? 0
    const waitedUs = (now.throttled?.us ?? 0) - (before.throttled?.us ?? 0)
    return {
      cpu_busy: ofTicks('busy'),
      cpu_steal: ofTicks('steal'),
      cpu_throttled: groups === 0 ? Number.NaN : share(waitedUs / us / groups),
      psi_cpu: share((now.cpuPressureUs - before.cpuPressureUs) / us),
      mem_pressure: share((now.memoryPressureUs - before.memoryPressureUs) / us),
      power_w: grown(before.energyUj, now.energyUj) / us,
    }
  }
}

function transfers(before: Counters, now: Counters) {
  const seconds = (now.atMs - before.atMs) / 1_000
  const perSecond = (from: number, to: number): number => grown(from, to) / seconds
  const ended = now.disks.transfers - before.disks.transfers
  const tookMs = now.disks.transferMs - before.disks.transferMs
  return {
    disk_read_bps: perSecond(before.disks.readBytes, now.disks.readBytes),
    disk_write_bps: perSecond(before.disks.writeBytes, now.disks.writeBytes),
    disk_latency_us: ended <= 0 ? Number.NaN : (tookMs / ended) * 1_000,
    net_rx_bps: perSecond(before.net.rxBytes, now.net.rxBytes),
    net_tx_bps: perSecond(before.net.txBytes, now.net.txBytes),
  }
}

function cardValues(cards: readonly CardSample[]) {
  return {
    gpu_busy: mean(cards.map((card) => card.busy)),
    gpu_mem: mean(cards.map((card) => card.memory)),
    gpu_power_w: sum(cards.map((card) => card.powerW)),
  }
}

/** By how much a counter grew; NaN when it was set back, as when a device goes. */
function grown(from: number, to: number): number {
  return to < from ? Number.NaN : to - from
}

function share(value: number): number {
  return Math.min(1, Math.max(0, value))
}

function known(values: readonly number[]): number[] {
  return values.filter((value) => !Number.isNaN(value))
}

function sum(values: readonly number[]): number {
  const all = known(values)
  return all.length === 0 ? Number.NaN : all.reduce((total, value) => total + value, 0)
}

function mean(values: readonly number[]): number {
  return sum(values) / known(values).length
}

function highest(values: readonly number[]): number {
  const all = known(values)
  return all.length === 0 ? Number.NaN : Math.max(...all)
}
