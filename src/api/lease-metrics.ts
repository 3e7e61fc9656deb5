import { formatTime } from '../kernel/index.ts'
import { idOf, type ChannelData, type LeaseSample, type UsageOp } from '../wire/index.ts'

type Tell = (sample: LeaseSample) => void
type Want = (wanted: ChannelData['usages']) => void
interface Watched {
  readonly node: number
  readonly watchers: Set<Tell>
}

/**
 * Carries what leases use from their daemons to those who watch. A daemon is asked for the leases that
 * somebody looks at and for no others; nothing is kept.
 */
export class LeaseMetrics {
  readonly #watched = new Map<number, Watched>()
  readonly #daemons = new Map<number, Set<Want>>()
  readonly #nowUs: () => number

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs
  }

  /** Somebody looks at a lease of a node; call the answer when not any more. */
  watch(lease: number, node: number, tell: Tell): () => void {
    const watched = this.#watched.get(lease) ?? { node, watchers: new Set() }
    this.#watched.set(lease, watched)
    watched.watchers.add(tell)
    if (watched.watchers.size === 1) this.#ask(node)
    return () => {
      watched.watchers.delete(tell)
      if (watched.watchers.size > 0 || !this.#watched.delete(lease)) return
      this.#ask(node)
    }
  }

  /** A daemon of the node listens for what it is asked; call the answer when it does not any more. */
  opened(node: number, want: Want): () => void {
    const all = this.#daemons.get(node) ?? new Set()
    this.#daemons.set(node, all.add(want))
    return () => {
      all.delete(want)
      if (all.size === 0) this.#daemons.delete(node)
    }
  }

  wanted(node: number): ChannelData['usages'] {
    const leases = [...this.#watched].flatMap(([lease, each]) => (each.node === node ? lease : []))
    return { leases: leases.map((lease) => idOf('lease', lease)) }
  }

  /** A daemon says what a lease of its own has used. */
  told(node: number, lease: number, { op: _op, ...usage }: UsageOp): void {
    const watched = this.#watched.get(lease)
    if (watched?.node !== node) return
    const sample = { ...usage, at: formatTime(this.#nowUs()) }
    for (const tell of watched.watchers) tell(sample)
  }

  #ask(node: number): void {
    for (const want of this.#daemons.get(node) ?? []) want(this.wanted(node))
  }
}
