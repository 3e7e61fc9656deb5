import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Conditions } from '../../messages/index.ts'
import { isMissing } from '../files.ts'

/** Processor time since boot, and what this process used of it. */
export interface CpuTimes {
  /** all processors together, busy or not, ms */
  readonly totalMs: number
  readonly busyMs: number
  readonly ownMs: number
  /** kept from this machine by the hypervisor, ms; 0 where the kernel does not tell */
  readonly stealMs: number
}

/** Clock ticks of /proc/stat are of 10 ms on every platform of Linux that Node runs on. */
const TICK_MS = 10
const LOOK_MS = 400

/** Watches the machine from `watchConditions` until `finish`; `underLoad` reads the clock. */
export interface Watch {
  readonly underLoad: () => void
  readonly finish: () => Conditions
}

/** Looks whether others use the machine, and begins to watch it. Takes about half a second. */
export async function watchConditions(): Promise<Watch> {
  const start = performance.now()
  const loadPermille = Math.round(((loadavg()[0] ?? 0) / availableParallelism()) * 1_000)
  const pressurePermille = parsePressure(readText('/proc/pressure/cpu'))
  const look = readTimes()
  await sleep(LOOK_MS)
  const before = readTimes()
  const clocks: number[] = []
  return {
    underLoad: () => {
      const khz = Number(readText('/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq'))
      if (khz > 0) clocks.push(khz)
    },
    finish: () => {
      const after = readTimes()
      return {
        loadPermille,
        pressurePermille,
        foreignPermille: Math.max(foreignPermille(look, before), foreignPermille(before, after)),
        stealPermille: stealPermille(before, after),
        lowestKhz: clocks.length === 0 ? null : Math.min(...clocks),
        highestKhz: clocks.length === 0 ? null : Math.max(...clocks),
        durationMs: Math.round(performance.now() - start),
      }
    },
  }
}

/** Share of all processor time between two readings that other programs used, × 1,000. */
export function foreignPermille(before: CpuTimes, after: CpuTimes): number {
  const total = after.totalMs - before.totalMs
  const own = after.ownMs - before.ownMs
  const foreign = after.busyMs - before.busyMs - own
  return total <= 0 ? 0 : Math.max(0, Math.round((foreign * 1_000) / total))
}

/** Share of all processor time between two readings that the hypervisor took, × 1,000. */
export function stealPermille(before: CpuTimes, after: CpuTimes): number {
  const total = after.totalMs - before.totalMs
  return total <= 0 ? 0 : Math.round(((after.stealMs - before.stealMs) * 1_000) / total)
}

/** Reads `some avg10=…` of the text of /proc/pressure/cpu, × 10: per mille. */
export function parsePressure(text: string): number {
  return Math.round(Number(/^some avg10=([0-9.]+)/m.exec(text)?.[1] ?? 0) * 10)
}

function readTimes(): CpuTimes {
  let [busyMs, idleMs] = [0, 0]
  for (const { times } of cpus()) {
    busyMs += times.user + times.nice + times.sys + times.irq
    idleMs += times.idle
  }
  const ticks = /^cpu +(.*)$/m.exec(readText('/proc/stat'))?.[1]?.split(' ').map(Number) ?? []
  const stealMs = (ticks[7] ?? 0) * TICK_MS
  const { user, system } = process.cpuUsage()
  return { totalMs: busyMs + idleMs + stealMs, busyMs, ownMs: (user + system) / 1_000, stealMs }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return ''
    throw error
  }
}
