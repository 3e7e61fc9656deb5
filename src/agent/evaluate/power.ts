import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PowerTier } from '../../messages/index.ts'
import { isMissing } from '../files.ts'

/** Something that counts the energy of this machine. */
export interface EnergyMeter {
  readonly tier: PowerTier
  readonly source: string
  /** microjoules since some moment; it starts anew at `wrapsAt` */
  readonly read: () => number
  readonly wrapsAt: number
}

/** RAPL of the first package (tier P1), where this process may read it; null otherwise. */
export function findMeter(root = '/sys/class/powercap/intel-rapl:0'): EnergyMeter | null {
  const counter = join(root, 'energy_uj')
  if (!existsSync(counter)) return null
  const read = (): number => Number(readFileSync(counter, 'utf8'))
  try {
    read()
  } catch (error) {
    // Since 2020 the kernel shows the counter to root alone.
    if (error instanceof Error && 'code' in error && !isMissing(error)) return null
    throw error
  }
  const wrapsAt = Number(readFileSync(join(root, 'max_energy_range_uj'), 'utf8'))
  return { tier: 'P1', source: 'rapl package 0', read, wrapsAt }
}

const LEVELS = [1, 0.66, 0.33, 0] as const
const SLICE_MS = 50
const SLICES = 5

/**
 * Work for each joule over 100, 66, 33 and 0 % load, as SPECpower sums it: all work / all energy.
 * `work(ms)` works for so long and answers how much it did.
 */
export async function workPerJoule(
  meter: EnergyMeter,
  work: (durationMs: number) => Promise<number>,
): Promise<number> {
  let done = 0
  const before = meter.read()
  for (const level of LEVELS) {
    for (let slice = 0; slice < SLICES; slice++) {
      if (level > 0) done += await work(SLICE_MS * level)
      await sleep(SLICE_MS * (1 - level))
    }
  }
  const used = meter.read() - before
  const joules = (used < 0 ? used + meter.wrapsAt : used) / 1e6
  return joules <= 0 ? 0 : done / joules
}
