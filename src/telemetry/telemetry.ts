import {
  Fault,
  MONITOR_METRICS,
  SAMPLE_METRICS,
  type MonitorMetric,
  type NodePlace,
  type SeriesStep,
  type Subject,
} from '../messages/index.ts'
import { inlineKeeper, type Keeper, type OpenKeeper } from './keeper.ts'
import { Latest, SUBJECTS_MAX } from './latest.ts'
import type { PlacedRow, SeriesAnswer } from './protocol.ts'
import { SampleBatch } from './sample-batch.ts'
import { KEPT } from './series.ts'
import { SILENT_SECONDS } from './store.ts'

const HAND_OVER_MS = 250
const NET: Subject = { kind: 'national', number: 0 }

/** What a subject did lately. */
export interface Newest {
  /** of the newest samples; for groups of the newest values */
  readonly second: number
  readonly isReporting: boolean
  readonly values: Readonly<Record<MonitorMetric, number>>
}

export interface Range {
  /** second in which the first interval lies; it begins at a multiple of `step` */
  readonly from: number
  /** first second that is not asked for */
  readonly until: number
  readonly step: SeriesStep
}

export interface TelemetryOptions {
  readonly nowUs: () => number
  /** this thread when absent */
  readonly open?: OpenKeeper
  /** the series are lost; a new keeper begins with none */
  readonly onLost?: (why: Error) => void
}

/**
 * High-rate samples of nodes and what they come to. It is all in memory: after a start it knows
 * nothing that was before `since`.
 */
export class Telemetry {
  readonly #options: TelemetryOptions
  readonly #rows = new Map<string, number>()
  readonly #places = new Map<number, PlacedRow>()
  readonly #waiting = new Map<
    number,
    { done: (a: SeriesAnswer) => void; failed: (e: Fault) => void }
  >()
  readonly #timer: NodeJS.Timeout
  #latest = new Latest()
  #batch = new SampleBatch()
  #keeper: Keeper
  #nextId = 1
  #since: number
  #turnedAway = 0

  constructor(options: TelemetryOptions) {
    this.#options = options
    this.#since = this.#second()
    this.#keeper = this.#open()
    this.#timer = setInterval(() => this.handOver(), HAND_OVER_MS)
    this.#timer.unref()
  }

  /** The second from which on samples are known. */
  get since(): number {
    return this.#since
  }

  /** Nodes that are not kept because there are too many. */
  get turnedAway(): number {
    return this.#turnedAway
  }

  /** Where nodes stand and what is allocated of them, at first and whenever it changes. */
  place(places: readonly NodePlace[]): void {
    const rows: PlacedRow[] = []
    for (const place of places) {
      const known = this.#places.get(place.node)
      if (known === undefined && this.#rows.size + 4 > SUBJECTS_MAX) {
        this.#turnedAway++
        continue
      }
      const placed = { ...(known ?? this.#rowsOf(place)), place }
      this.#places.set(place.node, placed)
      rows.push(placed)
    }
    if (rows.length > 0) this.#keeper.send({ kind: 'place', rows })
  }

  /** Samples of a node in the order of SAMPLE_METRICS; those of a node without a place are dropped. */
  take(node: number, atUs: number, values: ArrayLike<number>): void {
    const placed = this.#places.get(node)
    if (placed === undefined) return
    this.#batch.add(placed.row, Math.floor(atUs / 1e6), this.#second(), values)
  }

  /** Gives the samples so far to the keeper, which sees that time passes. */
  handOver(): void {
    this.#keeper.send({ kind: 'samples', second: this.#second(), ...this.#batch.take() })
  }

  /** The newest values; null of what is not known. */
  newest(subject: Subject): Newest | null {
    const row = this.#rows.get(nameOf(subject))
    if (row === undefined) return null
    const second = this.#latest.seconds[row]!
    const from = Latest.from(row)
    const isNode = subject.kind === 'node'
    const values = Object.fromEntries(
      MONITOR_METRICS.map((metric, at) => {
        const isCount = isNode && at >= SAMPLE_METRICS.length + 3
        return [metric, second === 0 || isCount ? Number.NaN : this.#latest.values[from + at]!]
      }),
    ) as Record<MonitorMetric, number>
    return { second, isReporting: this.#second() - second <= SILENT_SECONDS, values }
  }

  /** The newest value of one metric; NaN of what is not known. */
  value(subject: Subject, metric: MonitorMetric): number {
    const row = this.#rows.get(nameOf(subject))
    if (row === undefined || this.#latest.seconds[row] === 0) return Number.NaN
    return this.#latest.values[Latest.from(row) + MONITOR_METRICS.indexOf(metric)]!
  }

  /**
   * The series of a subject, one interval a point from `from` on, at most as many as are kept. Null
   * of what is not known. Rejects with Fault REBUILDING when the series are lost meanwhile.
   */
  async read(
    subject: Subject,
    { from, until, step }: Range,
    metrics: readonly MonitorMetric[],
  ): Promise<(SeriesAnswer & { readonly from: number }) | null> {
    const row = this.#rows.get(nameOf(subject))
    if (row === undefined) return null
    const last = Math.min(until, this.#second() + 1)
    const earliest = Math.ceil(last / step) - KEPT[step]
    const first = Math.max(Math.floor(from / step), earliest)
    const count = Math.max(0, Math.ceil(last / step) - first)
    const id = this.#nextId++
    const query = {
      row,
      from: first * step,
      step,
      count,
      metrics: metrics.map((one) => MONITOR_METRICS.indexOf(one)),
    }
    const answer = await new Promise<SeriesAnswer>((done, failed) => {
      this.#waiting.set(id, { done, failed })
      this.#keeper.send({ kind: 'read', id, query })
    })
    return { ...answer, from: first * step }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#keeper.close()
  }

  #second(): number {
    return Math.floor(this.#options.nowUs() / 1e6)
  }

  #open(): Keeper {
    const open = this.#options.open ?? inlineKeeper
    return open(
      this.#latest,
      ({ id, answer }) => {
        this.#waiting.get(id)?.done(answer)
        this.#waiting.delete(id)
      },
      (why) => this.#lost(why),
    )
  }

  /** Begins anew with what the register says; the series are gone. */
  #lost(why: Error): void {
    this.#options.onLost?.(why)
    for (const { failed } of this.#waiting.values()) failed(new Fault('REBUILDING', { cause: why }))
    this.#waiting.clear()
    this.#latest = new Latest()
    this.#since = this.#second()
    this.#keeper = this.#open()
    this.#keeper.send({ kind: 'place', rows: [...this.#places.values()] })
  }

  #rowsOf(place: NodePlace): Omit<PlacedRow, 'place'> {
    return {
      row: this.#row({ kind: 'node', number: place.node }),
      siteRow: this.#row({ kind: 'site', number: place.site }),
      hubRow: this.#row({ kind: 'hub', number: place.hub }),
      netRow: this.#row(NET),
    }
  }

  #row(subject: Subject): number {
    const name = nameOf(subject)
    const row = this.#rows.get(name) ?? this.#rows.size
    this.#rows.set(name, row)
    return row
  }
}

function nameOf({ kind, number }: Subject): string {
  return `${kind} ${number}`
}
