import { MONITOR_METRICS, RATE_METRICS, SAMPLE_METRICS, type NodePlace } from '../messages/index.ts'
import { Gathering, writeRates } from './groups.ts'
import { Latest } from './latest.ts'
import type { PlacedRow, SeriesAnswer, SeriesQuery, TelemetryCall } from './protocol.ts'
import { eachSample } from './sample-batch.ts'
import { Series } from './series.ts'

/** A node that sent nothing for so many seconds is not reporting. */
export const SILENT_SECONDS = 5
const SAMPLES = SAMPLE_METRICS.length
const NODE_WIDTH = SAMPLES + RATE_METRICS.length
const GROUP_WIDTH = MONITOR_METRICS.length

interface Node {
  readonly row: number
  readonly series: Series
  readonly groups: readonly Group[]
  place: NodePlace
  /** adds to the node's own second to get ours: its clock may be off */
  aheadSeconds: number
}
interface Group {
  readonly row: number
  readonly series: Series
  readonly gathering: Gathering
}

/**
 * The series of all nodes and of the groups that they make. 1 samples come and are written as the
 * node's, 2 when a second has passed the groups are made of what their nodes sent last, 3 series are
 * read. It knows no clock and does no I/O: the same calls give the same series.
 */
export class Store {
  readonly #latest: Latest
  readonly #nodes = new Map<number, Node>()
  readonly #groups = new Map<number, Group>()
  readonly #values = new Float32Array(GROUP_WIDTH)
  #second = 0

  constructor(latest: Latest) {
    this.#latest = latest
  }

  /** Does what a message says; the answer to a question, else null. */
  take(call: TelemetryCall): SeriesAnswer | null {
    switch (call.kind) {
      case 'place':
        for (const placed of call.rows) this.#place(placed)
        return null
      case 'samples':
        eachSample(call, (row, at, now, samples, from) => this.#sample(row, at, now, samples, from))
        this.#pass(call.second)
        return null
      case 'read':
        return this.#read(call.query)
    }
  }

  #place({ place, row, siteRow, hubRow, netRow }: PlacedRow): void {
    const known = this.#nodes.get(row)
    if (known !== undefined) {
      known.place = place
      return
    }
    const groups = [siteRow, hubRow, netRow].map((each) => this.#group(each))
    const series = new Series(NODE_WIDTH)
    this.#nodes.set(row, { row, series, groups, place, aheadSeconds: 0 })
  }

  #group(row: number): Group {
    const known = this.#groups.get(row)
    if (known !== undefined) return known
    const made = { row, series: new Series(GROUP_WIDTH), gathering: new Gathering() }
    this.#groups.set(row, made)
    return made
  }

  #sample(row: number, at: number, now: number, samples: Float32Array, from: number): void {
    const node = this.#nodes.get(row)
    if (node === undefined) return
    // By its own clock the samples of a node are a second apart, however they arrive.
    if (Math.abs(at + node.aheadSeconds - now) > 1) node.aheadSeconds = now - at
    const second = at + node.aheadSeconds
    const values = this.#values
    for (let n = 0; n < SAMPLES; n++) values[n] = samples[from + n]!
    writeRates(node.place, values, SAMPLES)
    if (!node.series.write(second, values)) return
    this.#latest.values.set(values.subarray(0, NODE_WIDTH), Latest.from(row))
    this.#latest.seconds[row] = second
  }

  /** What is due when it is `second`. */
  #pass(second: number): void {
    if (second <= this.#second) return
    this.#second = second
    const { values, seconds } = this.#latest
    for (const { gathering } of this.#groups.values()) gathering.reset()
    for (const node of this.#nodes.values()) {
      const isSilent = seconds[node.row]! + SILENT_SECONDS < second
      if (isSilent) this.#silent(node, second)
      const samples = isSilent ? null : values
      for (const { gathering } of node.groups) {
        gathering.add(node.place, samples, Latest.from(node.row))
      }
    }
    for (const { row, series, gathering } of this.#groups.values()) {
      gathering.write(this.#values, 0)
      series.write(second, this.#values)
      values.set(this.#values, Latest.from(row))
      seconds[row] = second
    }
  }

  /** The register knows of a silent node too; what is still under way may come first. */
  #silent(node: Node, second: number): void {
    this.#values.fill(Number.NaN)
    writeRates(node.place, this.#values, SAMPLES)
    node.series.write(second - SILENT_SECONDS, this.#values)
    this.#latest.values.set(this.#values.subarray(0, NODE_WIDTH), Latest.from(node.row))
  }

  #read({ row, from, step, count, metrics }: SeriesQuery): SeriesAnswer {
    const series = this.#nodes.get(row)?.series ?? this.#groups.get(row)?.series
    const points = metrics.map((metric) => {
      if (series !== undefined) return series.read(metric, from, step, count)
      const none = new Float32Array(count).fill(Number.NaN)
      return { mean: none, highest: none }
    })
    return {
      mean: points.map((one) => one.mean),
      highest: points.map((one) => one.highest),
    }
  }
}
