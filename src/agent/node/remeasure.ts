/** When a machine measures itself again, long before its report expires and only while it is idle. */
import { sha256Hex, utf8Encode } from '../../kernel/index.ts'

const DAY_US = 86_400_000_000
/** Machines of one day do not all measure on one day: up to this part of the time more. */
const SPREAD = 0.25
/** What did not come off, or rated nothing, is not tried again sooner. */
const RETRY_US = 6 * 3_600_000_000
const LOOK_MS = 60_000
const BUSY_MS = 100
/** Looks in a row that found the machine idle. */
const IDLE_LOOKS = 5

/** Why a machine is to be measured. */
export type MeasureReason = 'unrated' | 'expires' | 'retest' | 'inventory'

/** What is known of the reports of a machine; times in microseconds. */
export interface ReportsKnown {
  /** the report that grades it was taken then; null when none stands */
  readonly standingUs: number | null
  /** the newest one, and the newest one that was rated */
  readonly newestUs: number | null
  readonly ratedUs: number | null
  /** a retest was asked for and is open since then */
  readonly retestUs: number | null
  /** the machine is not the one that was attested any more */
  readonly isOther: boolean
}

export interface Rhythm {
  /** days from one measurement to the next; 0 measures at a start only */
  readonly everyDays: number
  /** what the share of the spread is made of */
  readonly key: string
}

/** Microseconds from a rated report to the next: `everyDays`, and up to a quarter more. */
export function intervalUs({ everyDays, key }: Rhythm): number {
  const share = Number.parseInt(sha256Hex(utf8Encode(key)).slice(0, 8), 16) / 2 ** 32
  return Math.floor(everyDays * DAY_US * (1 + SPREAD * share))
}

/** Why to measure now, or null: the first reason that holds. */
export function reasonToMeasure(
  known: ReportsKnown,
  rhythm: Rhythm,
  nowUs: number,
): MeasureReason | null {
  if (rhythm.everyDays === 0) return null
  const { standingUs, newestUs, ratedUs, retestUs, isOther } = known
  if (isOther) return 'inventory'
  if (retestUs !== null && retestUs > (newestUs ?? 0)) return 'retest'
  // An assessor's report stands over newer ones of one's own, which count for the rhythm all the same.
  if (standingUs === null) return 'unrated'
  return nowUs >= Math.max(standingUs, ratedUs ?? 0) + intervalUs(rhythm) ? 'expires' : null
}

/** What the loop needs of the daemon and of the exchange. */
export interface RemeasureWorld {
  readonly rhythm: Rhythm
  /** leases on this machine, and its load over the last minute for each processor */
  readonly leases: () => number
  readonly load: () => number
  readonly known: () => Promise<ReportsKnown>
  /** measures and reports; ends early, having reported nothing, once the signal is aborted */
  readonly measure: (why: MeasureReason, signal: AbortSignal) => Promise<void>
  /** a failure that passes; it is told of and tried again later */
  readonly failed: (error: unknown) => void
  readonly nowUs: () => number
}

/** The machine counts as idle below this load of each processor. */
const LOW_LOAD = 0.2

/**
 * Looks once a minute: 1 is the machine idle, for five looks in a row, 2 is there a reason, 3 measure,
 * 4 and give way at once when a lease arrives meanwhile.
 */
export class Remeasurer {
  readonly #world: RemeasureWorld
  #idleLooks = 0
  #triedUs = Number.NEGATIVE_INFINITY
  #isLooking = false
  #timer: NodeJS.Timeout | null = null
  #current: AbortController | null = null

  constructor(world: RemeasureWorld) {
    this.#world = world
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_MS)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#current?.abort()
  }

  /** One look; answers why it measured, or null. */
  async look(): Promise<MeasureReason | null> {
    if (this.#isLooking || !this.#isIdleLongEnough()) return null
    this.#isLooking = true
    try {
      return await this.#measureIfDue()
    } catch (error) {
      this.#world.failed(error)
      return null
    } finally {
      this.#isLooking = false
    }
  }

  #isIdleLongEnough(): boolean {
    const { leases, load } = this.#world
    this.#idleLooks = leases() === 0 && load() < LOW_LOAD ? this.#idleLooks + 1 : 0
    return this.#idleLooks >= IDLE_LOOKS
  }

  async #measureIfDue(): Promise<MeasureReason | null> {
    const { rhythm, known, measure, nowUs } = this.#world
    if (rhythm.everyDays === 0 || nowUs() < this.#triedUs + RETRY_US) return null
    const why = reasonToMeasure(await known(), rhythm, nowUs())
    if (why === null) return null
    this.#triedUs = nowUs()
    await this.#whileIdle(async (signal) => measure(why, signal))
    return why
  }

  async #whileIdle(measure: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const current = new AbortController()
    this.#current = current
    const watch = setInterval(() => {
      if (this.#world.leases() > 0) current.abort()
    }, BUSY_MS)
    try {
      await measure(current.signal)
    } finally {
      clearInterval(watch)
      this.#current = null
      // A lease came: what is due is tried again as soon as the machine is idle once more.
      if (current.signal.aborted) this.#triedUs = Number.NEGATIVE_INFINITY
    }
  }
}
