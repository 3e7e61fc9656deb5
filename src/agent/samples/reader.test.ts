import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { testFolder } from '../../../test/support/test-folder.ts'
import { SAMPLE_METRICS, type SampleMetric } from '../../messages/index.ts'
import { NO_CGROUPS, findCgroups, type CgroupHost } from '../cgroup/find.ts'
import { monotonicMs } from '../clock.ts'
import { parseCard, type CardSample } from './gpu-watch.ts'
import { ofPath, SampleReader } from './reader.ts'
import { SystemFiles } from './system-files.ts'

const PATH = { rttUs: 900, jitterUs: 40, lossPpm: 0 }
const V1: CgroupHost = { ...NO_CGROUPS, version: 1, roots: new Map([['cpu', 'cgroup/cpu']]) }

let root: string
let nowMs: number
beforeEach(() => {
  root = testFolder('suan-samples-')
  nowMs = 5_000
})

function put(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), `${text}\n`)
  }
}

function readerOf(host: CgroupHost = NO_CGROUPS): SampleReader {
  return new SampleReader(new SystemFiles(root), host, () => nowMs)
}

function named(values: Float32Array): Record<SampleMetric, number> {
  const all = SAMPLE_METRICS.map((metric, at) => [metric, Number(values[at]!.toPrecision(6))])
  return Object.fromEntries(all) as Record<SampleMetric, number>
}

const BEFORE = {
  'proc/stat': 'cpu  100 0 100 700 50 0 0 50 0 0\ncpu0 1 1 1 1',
  'proc/meminfo': 'MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    250 kB',
  'proc/pressure/cpu': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\nfull total=0',
  'proc/pressure/memory': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0',
  'proc/diskstats':
    ' 8 0 sda 10 0 100 20 10 0 200 30 0 0 0\n 8 1 sda1 10 0 100 20 10 0 200 30 0 0 0\n 7 0 loop0 9 0 999 9 9 0 999 9 0 0 0',
  'proc/net/dev':
    'Inter-|\n face |\n    lo: 99 0 0 0 0 0 0 0 99 0\n  eth0: 1000 0 0 0 0 0 0 0 2000 0\n veth1: 5 0 0 0 0 0 0 0 5 0',
  'sys/block/sda/size': '1',
  'sys/block/loop0/size': '1',
  'sys/class/net/lo/mtu': '1',
  'sys/class/net/eth0/device/vendor': '1',
  'sys/class/net/veth1/mtu': '1',
}
const AFTER = {
  'proc/stat': 'cpu  160 0 140 780 50 0 0 70 0 0',
  'proc/pressure/cpu': 'some avg10=9.00 avg60=0.00 avg300=0.00 total=1500000',
  'proc/diskstats':
    ' 8 0 sda 14 0 108 40 16 0 264 90 0 0 0\n 8 1 sda1 99 0 999 99 99 0 999 99 0 0 0',
  'proc/net/dev':
    'lo: 9999 0 0 0 0 0 0 0 99 0\n  eth0: 5000 0 0 0 0 0 0 0 2500 0\n veth1: 999 0 0 0 0 0 0 0 5 0',
}

describe('a second of a machine', () => {
  test('differences of what the kernel counts, over the time that passed', () => {
    put(BEFORE)
    const reader = readerOf()
    put(AFTER)
    nowMs += 2_000
    expect(named(reader.read(PATH, []))).toMatchObject({
      cpu_busy: 0.5,
      cpu_steal: 0.1,
      cpu_throttled: NaN,
      psi_cpu: 0.25,
      mem_used: 0.75,
      mem_pressure: 0,
      disk_read_bps: (8 * 512) / 2,
      disk_write_bps: (64 * 512) / 2,
      // 4 reads and 6 writes took 80 ms together
      disk_latency_us: 8_000,
      net_rx_bps: 2_000,
      net_tx_bps: 250,
      rtt_us: 900,
      jitter_us: 40,
      loss_ppm: 0,
      gpu_busy: NaN,
      gpu_power_w: NaN,
      power_w: NaN,
      temp_c: NaN,
      ecc_errors: NaN,
    })
  })

  test('sensors, power, memory errors and throttled leases, where there are some', () => {
    const sensors = {
      'sys/class/thermal/thermal_zone0/temp': '41000',
      'sys/class/hwmon/hwmon2/temp1_input': '63500',
      'sys/devices/system/edac/mc/mc0/ce_count': '3',
      'sys/devices/system/edac/mc/mc0/ue_count': '1',
      'cgroup/cpu/suan/a/cpu.stat': 'nr_periods 10\nnr_throttled 1\nthrottled_time 0',
      'cgroup/cpu/suan/b/cpu.stat': 'nr_periods 10\nnr_throttled 1\nthrottled_time 0',
      'cgroup/cpu/suan/idle/cpu.stat': 'nr_periods 0\nnr_throttled 0\nthrottled_time 0',
    }
    put({ ...BEFORE, ...sensors, 'sys/class/powercap/intel-rapl:0/energy_uj': '1000000' })
    const reader = readerOf(V1)
    put({
      ...AFTER,
      'sys/class/powercap/intel-rapl:0/energy_uj': '81000000',
      'cgroup/cpu/suan/a/cpu.stat': 'nr_periods 20\nnr_throttled 9\nthrottled_time 1000000000',
    })
    nowMs += 1_000
    expect(named(reader.read(PATH, []))).toMatchObject({
      temp_c: 63.5,
      ecc_errors: 4,
      power_w: 80,
      cpu_throttled: 0.5,
    })
    // The counter of energy starts again at zero.
    put({ 'sys/class/powercap/intel-rapl:0/energy_uj': '5' })
    nowMs += 1_000
    expect(named(reader.read(PATH, [])).power_w).toBeNaN()
  })

  test('cards: the mean of what they do, the sum of what they draw', () => {
    put(BEFORE)
    const reader = readerOf()
    nowMs += 1_000
    const lines = ['0, 50, 8192, 16384, 210.5, 61, 0', '1, 100, 16384, 16384, 300.0, 74, 2']
    const cards = lines
      .map((line) => parseCard(line)?.[1])
      .filter((one): one is CardSample => !!one)
    expect(named(reader.read(PATH, cards))).toMatchObject({
      gpu_busy: 0.75,
      gpu_mem: 0.75,
      gpu_power_w: 510.5,
      temp_c: 74,
      ecc_errors: 2,
    })
    const silent = parseCard('0, [N/A], [N/A], [N/A], [N/A], 40, [N/A]')![1]
    expect(named(reader.read(PATH, [silent]))).toMatchObject({ gpu_busy: NaN, temp_c: 40 })
    for (const line of ['', 'No devices were found', 'index, utilization']) {
      expect(parseCard(line)).toBeNull()
    }
  })

  test('a machine without any of these files measures nothing, and does not fail', () => {
    const reader = readerOf(V1)
    nowMs += 1_000
    const values = named(reader.read(PATH, []))
    expect(values).toMatchObject({ cpu_busy: NaN, mem_used: NaN, psi_cpu: NaN, rtt_us: 900 })
  })

  test('this machine', async () => {
    const reader = new SampleReader(new SystemFiles(), findCgroups(), monotonicMs)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const values = named(reader.read(PATH, []))
    expect(values.mem_used).toBeGreaterThan(0)
    expect(values.mem_used).toBeLessThan(1)
    for (const value of Object.values(values)) expect(value < 0).toBe(false)
  })
})

test('of a machine that is not this one only the path is known', () => {
  const { rtt_us, jitter_us, loss_ppm, ...rest } = named(ofPath(PATH))
  expect({ rtt_us, jitter_us, loss_ppm }).toEqual({ rtt_us: 900, jitter_us: 40, loss_ppm: 0 })
  expect(new Set(Object.values(rest))).toEqual(new Set([Number.NaN]))
})
