/** Arithmetic on bundles of physical resources. All parts are whole and not negative. */
import { RESOURCE_KINDS, type ResourceKind, type Resources } from '../../messages/index.ts'

export const NOTHING: Resources = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }

// Each part by name, no loop over kinds: these run several times in every order.
export function times(a: Resources, units: number): Resources {
  return made(a.cores * units, a.memoryMib * units, a.diskMib * units, a.cards * units)
}
export function plus(a: Resources, b: Resources): Resources {
  return made(
    a.cores + b.cores,
    a.memoryMib + b.memoryMib,
    a.diskMib + b.diskMib,
    a.cards + b.cards,
  )
}
/** a - b, never below nothing. */
export function less(a: Resources, b: Resources): Resources {
  return made(
    Math.max(0, a.cores - b.cores),
    Math.max(0, a.memoryMib - b.memoryMib),
    Math.max(0, a.diskMib - b.diskMib),
    Math.max(0, a.cards - b.cards),
  )
}
export function least(a: Resources, b: Resources): Resources {
  return made(
    Math.min(a.cores, b.cores),
    Math.min(a.memoryMib, b.memoryMib),
    Math.min(a.diskMib, b.diskMib),
    Math.min(a.cards, b.cards),
  )
}
export function most(a: Resources, b: Resources): Resources {
  return made(
    Math.max(a.cores, b.cores),
    Math.max(a.memoryMib, b.memoryMib),
    Math.max(a.diskMib, b.diskMib),
    Math.max(a.cards, b.cards),
  )
}
export function isNothing(a: Resources): boolean {
  return a.cores === 0 && a.memoryMib === 0 && a.diskMib === 0 && a.cards === 0
}
/** The first dimension in which `wanted` does not fit into `room`, or null. */
export function lacking(wanted: Resources, room: Resources): ResourceKind | null {
  if (wanted.cores > room.cores) return 'cores'
  if (wanted.memoryMib > room.memoryMib) return 'memoryMib'
  if (wanted.diskMib > room.diskMib) return 'diskMib'
  return wanted.cards > room.cards ? 'cards' : null
}
/** How many whole bundles fit into `room`; a bundle of nothing fits never. */
export function unitsIn(room: Resources, bundle: Resources): number {
  let units = Infinity
  for (const kind of RESOURCE_KINDS) {
    if (bundle[kind] > 0) units = Math.min(units, Math.floor(room[kind] / bundle[kind]))
  }
  return units === Infinity ? 0 : units
}

function made(cores: number, memoryMib: number, diskMib: number, cards: number): Resources {
  return { cores, memoryMib, diskMib, cards }
}
