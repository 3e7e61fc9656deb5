/** Minutes by quorum: what two of three independent sources agree on (spec/finance.md 3.4). */
import { minuteSource, type MinuteRange, type MinuteSource } from '../../messages/index.ts'

type Ranges = readonly MinuteRange[]
/** Which minutes each source says were not delivered. */
export type Votes = Readonly<Record<MinuteSource, Ranges>>

/** Failed minutes, and a bit for each source that says so. */
export interface Failed extends MinuteRange {
  readonly sources: number
}

const QUORUM = 2
const SOURCES = minuteSource.values

export const bitOf = (source: MinuteSource): number => 1 << SOURCES.indexOf(source)

/**
 * What a minute was, of which so many sources say that it failed: two make a breach, one alone
 * decides nothing and is not paid.
 */
export function minuteVerdict(failing: number): 'breach' | 'kept' | 'indeterminate' {
  if (failing >= QUORUM) return 'breach'
  return failing === 0 ? 'kept' : 'indeterminate'
}

/** The minutes that are breaches, as ranges in which the same sources agree. */
export function failedMinutes(votes: Votes): Failed[] {
  const edges = new Set(SOURCES.flatMap((s) => votes[s].flatMap((r) => [r.from, r.until])))
  const sorted = [...edges].toSorted((a, b) => a - b)
  const at: Record<MinuteSource, number> = { agent: 0, prober: 0, witness: 0 }
  const failed: Failed[] = []
  for (const [index, from] of sorted.entries()) {
    const until = sorted[index + 1]
    if (until === undefined) break
    let sources = 0
    let failing = 0
    for (const source of SOURCES) {
      const ranges = votes[source]
      while ((ranges[at[source]]?.until ?? Infinity) <= from) at[source]++
      if ((ranges[at[source]]?.from ?? Infinity) > from) continue
      sources |= bitOf(source)
      failing++
    }
    if (minuteVerdict(failing) === 'breach') failed.push({ from, until, sources })
  }
  return failed
}
