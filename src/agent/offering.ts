import type { Resources } from '../messages/index.ts'
import type { Inspection } from './inspect/inspect.ts'

/** What a machine has, what it keeps for itself and how many core units it can offer. */
export interface Offering {
  readonly attested: Resources
  readonly reserve: Resources
  readonly maxUnits: number
}

/**
 * The usual offer of a shared machine: all cores but one (at least one), half of the memory and of
 * the disk that are free now, every card. The rest is kept for the machine itself.
 */
export function usualOffering(inspection: Inspection): Offering {
  const { cores, memoryMib, diskMib, gpus } = inspection.inventory
  const attested = { cores, memoryMib, diskMib, cards: gpus.length }
  const offered = {
    cores: Math.max(1, cores - 1),
    memoryMib: Math.floor(inspection.freeMemoryMib / 2),
    diskMib: Math.floor(inspection.freeDiskMib / 2),
    cards: gpus.length,
  }
  const reserve = {
    cores: cores - offered.cores,
    memoryMib: memoryMib - offered.memoryMib,
    diskMib: diskMib - offered.diskMib,
    cards: 0,
  }
  return { attested, reserve, maxUnits: offered.cores }
}

/** The offer of a cluster's machine: all of it, since the cluster keeps for itself what it needs. */
export function wholeOffering(inspection: Inspection): Offering {
  const { cores, memoryMib, gpus } = inspection.inventory
  const diskMib = Math.floor(inspection.freeDiskMib / 2)
  const attested = { cores, memoryMib, diskMib, cards: gpus.length }
  return { attested, reserve: { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }, maxUnits: cores }
}
