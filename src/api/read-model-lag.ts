import type { EngineDoor, ReadModels } from '../messages/index.ts'

interface Sides {
  readonly door: Pick<EngineDoor, 'durableSeq'>
  readonly readModels: Pick<ReadModels, 'appliedSeq' | 'appliedTimeUs'>
  readonly nowUs: () => number
}

/** Commands that are durable and not in the read models yet. */
export function lagCommands({ door, readModels }: Pick<Sides, 'door' | 'readModels'>): number {
  return Math.max(0, door.durableSeq() - readModels.appliedSeq())
}

/** Age of the newest command in the read models while others wait, else 0; null before the first. */
export function lagSeconds(sides: Sides): number | null {
  const { readModels, nowUs } = sides
  if (lagCommands(sides) === 0) return 0
  if (readModels.appliedSeq() === 0) return null
  return Math.max(0, nowUs() - readModels.appliedTimeUs()) / 1_000_000
}
