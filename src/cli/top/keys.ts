/** What the keys of `suan top` do. */
import type { MonitorSubject } from '../../wire/index.ts'
import { SORTS, type Place } from './screen.ts'

export const QUIT = 'quit'
export const INTERRUPTED = 'interrupted'
const PAGE = 10

/** Steps of the keys that move the mark. */
const STEPS: Readonly<Record<string, number>> = {
  '\u001b[A': -1,
  k: -1,
  '\u001b[B': 1,
  j: 1,
  '\u001b[5~': -PAGE,
  '\u001b[6~': PAGE,
  '\u001b[H': -Infinity,
  '\u001b[F': Infinity,
}

/** Where a key leads to from a place, with the nodes in their order there. */
export function afterKey(
  place: Place,
  key: string,
  nodes: readonly MonitorSubject[],
): Place | typeof QUIT | typeof INTERRUPTED {
  if (key === '\u0003') return INTERRUPTED
  if (key === 'q') return QUIT
  if (key === '\r' || key === '\u001b[C') return { ...place, isOpen: true }
  if (key === '\u001b[D' || key === '\u001b' || key === '\u007f') {
    return { ...place, isOpen: false }
  }
  if (key === 's') {
    const next = SORTS[(SORTS.indexOf(place.sort) + 1) % SORTS.length]!
    return { ...place, sort: next }
  }
  const step = STEPS[key]
  if (step === undefined || nodes.length === 0) return place
  const at = Math.max(
    0,
    nodes.findIndex((one) => one.id === place.marked),
  )
  const to = Math.max(0, Math.min(nodes.length - 1, at + step))
  return { ...place, marked: nodes[to]?.id ?? null }
}
