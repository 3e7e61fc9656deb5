import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { isMissing } from '../files.ts'

/** What else the machine did: a measurement under load says little. */
export interface Conditions {
  /** one-minute load average × 1,000 a core */
  readonly loadPermille: number
  /** share of the last 10 s in which some task waited for a processor, × 1,000 */
  readonly pressurePermille: number
  /** time since boot, in clock ticks, that the hypervisor kept from this machine */
  readonly stealTicks: number
  /** all processor time since boot, in clock ticks */
  readonly totalTicks: number
}

/** Conditions now; zeros where the kernel does not tell. */
export function readConditions(): Conditions {
  const load = loadavg()[0] ?? 0
  const ticks = /^cpu +(.*)$/m.exec(readText('/proc/stat'))?.[1]?.split(' ').map(Number) ?? []
  return {
    loadPermille: Math.round((load / availableParallelism()) * 1_000),
    pressurePermille: parsePressure(readText('/proc/pressure/cpu')),
    stealTicks: ticks[7] ?? 0,
    totalTicks: ticks.slice(0, 8).reduce((sum, value) => sum + value, 0),
  }
}

/** Reads `some avg10=…` of the text of /proc/pressure/cpu, × 10: per mille. */
export function parsePressure(text: string): number {
  return Math.round(Number(/^some avg10=([0-9.]+)/m.exec(text)?.[1] ?? 0) * 10)
}

/** Share of processor time between two readings that the hypervisor took, × 1,000. */
export function stealPermille(before: Conditions, after: Conditions): number {
  const total = after.totalTicks - before.totalTicks
  return total <= 0 ? 0 : Math.round(((after.stealTicks - before.stealTicks) * 1_000) / total)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return ''
    throw error
  }
}
