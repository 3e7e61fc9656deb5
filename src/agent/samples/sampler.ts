import { findCgroups } from '../cgroup/find.ts'
import { monotonicMs } from '../clock.ts'
import type { ExchangeLink } from '../link.ts'
import { GpuWatch } from './gpu-watch.ts'
import { ofPath, SampleReader } from './reader.ts'
import { SystemFiles } from './system-files.ts'

const SECOND_MS = 1_000
const HALF_MS = 500

/**
 * Measures this machine once a second and sends it. What cannot be sent is dropped: samples are worth
 * something at once or not at all. In the middle of each second by our clock, so that a late timer
 * does not put two samples into one.
 */
export class Sampler {
  readonly #link: Pick<ExchangeLink, 'beat' | 'path' | 'pushSamples'>
  /** null where the machine that is sold is another one: then only the path to the exchange is told */
  readonly #machine: { readonly gpus: GpuWatch; readonly reader: SampleReader } | null
  #timer: NodeJS.Timeout

  constructor(link: Pick<ExchangeLink, 'beat' | 'path' | 'pushSamples'>, isHere: boolean) {
    this.#link = link
    const reader = () => new SampleReader(new SystemFiles(), findCgroups(), monotonicMs)
    this.#machine = isHere ? { gpus: new GpuWatch(), reader: reader() } : null
    this.#timer = this.#next()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#machine?.gpus.close()
  }

  #next(): NodeJS.Timeout {
    const wait = SECOND_MS - ((Date.now() + HALF_MS) % SECOND_MS)
    return setTimeout(() => {
      const path = this.#link.path()
      const values = this.#machine?.reader.read(path, this.#machine.gpus.cards) ?? ofPath(path)
      this.#link.pushSamples(Date.now() * 1_000, values)
      // Last, so that its answer does not wait for our own work.
      this.#link.beat()
      this.#timer = this.#next()
    }, wait)
  }
}
