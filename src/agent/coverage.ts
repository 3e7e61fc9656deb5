import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { bootId, monotonicMs } from './clock.ts'
import { readJson, writeWhole, wroteUnlessFull } from './files.ts'
import { leasePaths } from './lease-folder.ts'

/** A stretch of monotonic milliseconds for which someone vouches that the allocation was there. */
export type Interval = readonly [fromMs: number, toMs: number]

interface Beats {
  readonly bootId: string
  readonly intervals: readonly Interval[]
}

/** A witness that was away for longer than this begins a new interval. */
const PAUSE_MS = 5_000

/**
 * One witness of an allocation (the daemon, or a supervisor) with a file of its own in the lease
 * folder. It beats about once a second while it sees the allocation; time between is vouched for.
 */
export class Witness {
  readonly #path: string
  readonly #boot = bootId()
  readonly #closed: Interval[] = []
  #open: Interval

  constructor(leaseFolder: string, name: string) {
    const folder = leasePaths(leaseFolder).beats
    mkdirSync(folder, { recursive: true })
    const now = monotonicMs()
    this.#path = join(folder, `${name}-${process.pid}-${now}.json`)
    this.#open = [now, now]
    this.#save()
  }

  beat(now = monotonicMs()): void {
    const [from, to] = this.#open
    if (now - to <= PAUSE_MS) {
      this.#open = [from, Math.max(to, now)]
    } else {
      this.#closed.push(this.#open)
      this.#open = [now, now]
    }
    this.#save()
  }

  /** On a full disk the next beat that fits says it all. */
  #save(): void {
    const beats: Beats = { bootId: this.#boot, intervals: [...this.#closed, this.#open] }
    wroteUnlessFull(() => writeWhole(this.#path, JSON.stringify(beats)))
  }
}

/** All stretches vouched for in this boot, by any witness of the lease. */
export function readBeats(leaseFolder: string): Interval[] {
  const folder = leasePaths(leaseFolder).beats
  const boot = bootId()
  const intervals: Interval[] = []
  for (const name of readdirSync(folder)) {
    const beats = readJson(join(folder, name)) as Beats | null
    if (beats?.bootId === boot) intervals.push(...beats.intervals)
  }
  return intervals
}

/** Milliseconds of [fromMs, toMs) that lie in at least one interval. */
export function coveredMs(intervals: readonly Interval[], fromMs: number, toMs: number): number {
  let covered = 0
  let at = fromMs
  for (const [from, to] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const start = Math.max(at, from)
    const end = Math.min(toMs, to)
    if (end <= start) continue
    covered += end - start
    at = end
  }
  return covered
}
