/** Sets of minutes as sorted ranges [from, until) that do not touch. */
import type { MinuteRange } from '../../messages/index.ts'

type Ranges = readonly MinuteRange[]

/** The set and one range more. */
export function withRange(ranges: Ranges, more: MinuteRange): MinuteRange[] {
  if (more.from >= more.until) return [...ranges]
  const before = ranges.filter(({ until }) => until < more.from)
  const after = ranges.filter(({ from }) => from > more.until)
  const touching = ranges.slice(before.length, ranges.length - after.length)
  const from = Math.min(more.from, touching[0]?.from ?? more.from)
  const until = Math.max(more.until, touching.at(-1)?.until ?? more.until)
  return [...before, { from, until }, ...after]
}

/** The minutes of both. */
export function intersection(a: Ranges, b: Ranges): MinuteRange[] {
  const common: MinuteRange[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const one = a[i]!
    const other = b[j]!
    const from = Math.max(one.from, other.from)
    const until = Math.min(one.until, other.until)
    if (from < until) common.push({ from, until })
    if (one.until < other.until) i++
    else j++
  }
  return common
}

/** The minutes of `a` that are not in `b`. */
export function difference(a: Ranges, b: Ranges): MinuteRange[] {
  const left: MinuteRange[] = []
  let j = 0
  for (const { from: first, until } of a) {
    let from = first
    while (j < b.length && b[j]!.until <= from) j++
    for (let k = j; k < b.length && b[k]!.from < until; k++) {
      if (from < b[k]!.from) left.push({ from, until: b[k]!.from })
      from = Math.max(from, b[k]!.until)
    }
    if (from < until) left.push({ from, until })
  }
  return left
}

/** Minutes in the set. */
export function minutesIn(ranges: Ranges): number {
  return ranges.reduce((sum, { from, until }) => sum + until - from, 0)
}

/** The part of the set within the range. */
export function within(ranges: Ranges, range: MinuteRange): MinuteRange[] {
  return intersection(ranges, [range])
}
