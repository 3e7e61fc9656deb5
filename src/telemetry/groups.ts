/** Many nodes as one: what a site, a hub or the whole net is doing in a second. */
import {
  MONITOR_METRICS,
  RATE_METRICS,
  SAMPLE_METRICS,
  type Amounts,
  type NodePlace,
} from '../messages/index.ts'
import { COMBINES, type Combine } from './metrics.ts'

const WIDTH = MONITOR_METRICS.length
const SAMPLES = SAMPLE_METRICS.length
const RATES = RATE_METRICS.length

/** Sums of one group over its nodes, made anew every second. */
export class Gathering {
  readonly #sum = new Float64Array(SAMPLES)
  readonly #weight = new Float64Array(SAMPLES)
  readonly #sellable = new Float64Array(RATES)
  readonly #allocated = new Float64Array(RATES)
  #nodes = 0
  #reporting = 0

  reset(): void {
    this.#sum.fill(0)
    this.#weight.fill(0)
    this.#sellable.fill(0)
    this.#allocated.fill(0)
    this.#nodes = 0
    this.#reporting = 0
  }

  /** Adds a node; `samples` begin at `from` and are null of a node that has been silent. */
  add(place: NodePlace, samples: Float32Array | null, from: number): void {
    this.#nodes++
    addAmounts(this.#sellable, place.sellable)
    addAmounts(this.#allocated, place.allocated)
    if (samples === null) return
    this.#reporting++
    for (let at = 0; at < SAMPLES; at++) {
      const value = samples[from + at]!
      if (!Number.isNaN(value)) this.#take(at, value, weightOf(COMBINES[at]!, place))
    }
  }

  /** Writes the values of the group, in the order of MONITOR_METRICS. */
  write(values: Float32Array, from: number): void {
    for (let at = 0; at < SAMPLES; at++) {
      const weight = this.#weight[at]!
      const combine = COMBINES[at]!
      const isTotal = combine === 'sum' || combine === 'highest'
      values[from + at] = weight === 0 ? Number.NaN : this.#sum[at]! / (isTotal ? 1 : weight)
    }
    for (let at = 0; at < RATES; at++) {
      values[from + SAMPLES + at] = shareOf(this.#allocated[at]!, this.#sellable[at]!)
    }
    values[from + WIDTH - 2] = this.#nodes
    values[from + WIDTH - 1] = this.#reporting
  }

  #take(at: number, value: number, weight: number): void {
    if (weight === 0) return
    this.#weight[at]! += weight
    if (COMBINES[at] === 'highest') this.#sum[at] = Math.max(this.#sum[at]!, value)
    else this.#sum[at]! += value * weight
  }
}

/** What of a node is allocated, in the order of RATE_METRICS; NaN of what it does not have. */
export function writeRates(
  { sellable, allocated }: NodePlace,
  to: Float32Array,
  from: number,
): void {
  to[from] = shareOf(allocated.cores, sellable.cores)
  to[from + 1] = shareOf(allocated.memoryMib, sellable.memoryMib)
  to[from + 2] = shareOf(allocated.cards, sellable.cards)
}

function addAmounts(to: Float64Array, { cores, memoryMib, cards }: Amounts): void {
  to[0]! += cores
  to[1]! += memoryMib
  to[2]! += cards
}

function weightOf(combine: Combine, { sellable }: NodePlace): number {
  if (combine === 'cores') return sellable.cores
  if (combine === 'memory') return sellable.memoryMib
  return combine === 'cards' ? sellable.cards : 1
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? Number.NaN : part / whole
}
