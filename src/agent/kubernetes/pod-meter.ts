import { Fault } from '../../messages/index.ts'
import { EngineError } from '../container/engine.ts'
import type { Usage } from '../run/plan.ts'
import type { Cluster } from './cluster.ts'
import type { Summary } from './objects.ts'
import { summaryPath } from './paths.ts'
import { MAIN } from './phases.ts'

const SAMPLE_MS = 2_000

/**
 * What a pod's program has used, by the kubelet's own counts (`stats/summary`), asked for now and
 * then: what it used after the last sample is not seen, for a container that ended is not counted.
 */
export class PodMeter {
  readonly #cluster: Cluster
  readonly #node: string
  readonly #namespace: string
  readonly #name: string
  #timer: NodeJS.Timeout | null = null
  #usage: Usage = { cpuUs: 0, memoryPeakBytes: 0 }

  constructor(cluster: Cluster, node: string, namespace: string, name: string) {
    this.#cluster = cluster
    this.#node = node
    this.#namespace = namespace
    this.#name = name
  }

  get usage(): Usage {
    return this.#usage
  }

  /** Samples from now on. */
  begin(): void {
    this.#timer ??= setInterval(() => void this.#sample(), SAMPLE_MS)
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  async #sample(): Promise<void> {
    try {
      const { pods = [] } = await this.#cluster.get<Summary>(summaryPath(this.#node))
      const pod = pods.find(
        ({ podRef }) => podRef.namespace === this.#namespace && podRef.name === this.#name,
      )
      const main = pod?.containers?.find(({ name }) => name === MAIN)
      const cpuUs = Math.floor((main?.cpu?.usageCoreNanoSeconds ?? 0) / 1_000)
      const memory = main?.memory?.workingSetBytes ?? 0
      this.#usage = {
        cpuUs: Math.max(this.#usage.cpuUs, cpuUs),
        memoryPeakBytes: Math.max(this.#usage.memoryPeakBytes, memory),
      }
    } catch (error) {
      // A sample that is missed is made up for by the next one.
      if (!(error instanceof Fault || error instanceof EngineError)) throw error
    }
  }
}
