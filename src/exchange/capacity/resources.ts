/** Arithmetic on bundles of physical resources. All parts are whole and not negative. */
import { RESOURCE_KINDS, type ResourceKind, type Resources } from '../../messages/index.ts'

export const NOTHING: Resources = { cores: 0, memoryMib: 0, diskMib: 0, cards: 0 }

export function times(bundle: Resources, units: number): Resources {
  return map((kind) => bundle[kind] * units)
}
export function plus(a: Resources, b: Resources): Resources {
  return map((kind) => a[kind] + b[kind])
}
/** a - b, never below nothing. */
export function less(a: Resources, b: Resources): Resources {
  return map((kind) => Math.max(0, a[kind] - b[kind]))
}
export function least(a: Resources, b: Resources): Resources {
  return map((kind) => Math.min(a[kind], b[kind]))
}
export function most(a: Resources, b: Resources): Resources {
  return map((kind) => Math.max(a[kind], b[kind]))
}
export function isNothing(a: Resources): boolean {
  return RESOURCE_KINDS.every((kind) => a[kind] === 0)
}
/** The first dimension in which `wanted` does not fit into `room`, or null. */
export function lacking(wanted: Resources, room: Resources): ResourceKind | null {
  return RESOURCE_KINDS.find((kind) => wanted[kind] > room[kind]) ?? null
}
/** How many whole bundles fit into `room`; a bundle of nothing fits never. */
export function unitsIn(room: Resources, bundle: Resources): number {
  const counts = RESOURCE_KINDS.filter((kind) => bundle[kind] > 0).map((kind) =>
    Math.floor(room[kind] / bundle[kind]),
  )
  return counts.length === 0 ? 0 : Math.min(...counts)
}

function map(value: (kind: ResourceKind) => number): Resources {
  return {
    cores: value('cores'),
    memoryMib: value('memoryMib'),
    diskMib: value('diskMib'),
    cards: value('cards'),
  }
}
