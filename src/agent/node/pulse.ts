import { createHash } from 'node:crypto'
import type { Allocation, Driver } from '../drivers/driver.ts'
import type { Beat, FailedMinutes } from '../link.ts'
import { monotonicMs } from '../clock.ts'
import { runInside } from '../run/workload.ts'
import { isPassing } from './outcome.ts'

/** A program that has not answered by then is taken as one that does not answer. */
const INSIDE_MS = 4_000
/** Where starting a program costs an engine a third of a second, it is started once a minute. */
const COSTLY_MS = 60_000
const MINUTE_US = 60_000_000
/** Half of the beats of a minute. */
const FAILED_BEATS = 3

interface Minute {
  readonly minute: number
  failed: number
  readonly seen: string[]
}

/**
 * One lease's answers to beats: each nonce is given back by a program that runs inside the
 * allocation. A minute in which half of the beats had no answer from inside is told as failed, by
 * this machine against itself.
 */
export class Pulse {
  readonly #driver: Driver
  readonly #lease: number
  #busy = false
  #insideMs = Number.NEGATIVE_INFINITY
  #current: Minute | null = null

  constructor(driver: Driver, lease: number) {
    this.#driver = driver
    this.#lease = lease
  }

  /** What came back from inside; null when nothing did, or another beat is still under way. */
  async answer(allocation: Allocation, { nonce }: Beat): Promise<string | null> {
    if (this.#busy) return null
    const isCostly = this.#driver.name !== 'oci' && this.#driver.name !== 'process'
    if (isCostly && monotonicMs() - this.#insideMs < COSTLY_MS) return nonce
    this.#busy = true
    try {
      const inside = await runInside(this.#driver, allocation, ['echo', nonce], INSIDE_MS)
      if (inside.exitCode !== 0) return null
      this.#insideMs = monotonicMs()
      return inside.stdout.trim()
    } catch (error) {
      if (!isPassing(error)) throw error
      return null
    } finally {
      this.#busy = false
    }
  }

  /** Counts a beat in the minute since ready; gives the minute before when it failed. */
  count(readyAtUs: number, nowUs: number, isGood: boolean, beat: Beat): FailedMinutes | null {
    const minute = Math.max(0, Math.floor((nowUs - readyAtUs) / MINUTE_US))
    const before = this.#current
    if (before?.minute !== minute) this.#current = { minute, failed: 0, seen: [] }
    const now = this.#current!
    now.seen.push(`${beat.nonce} ${isGood}`)
    if (!isGood) now.failed++
    if (before === null || before.minute === minute || before.failed < FAILED_BEATS) return null
    const evidence = createHash('sha256').update(before.seen.join('\n')).digest('hex')
    const { minute: fromMinute } = before
    const minutes = { fromMinute, untilMinute: fromMinute + 1 }
    return { lease: this.#lease, ...minutes, failure: 'unreachable', evidence }
  }
}
