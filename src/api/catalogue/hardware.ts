/** Which processors and cards the machines of a product have, by the reports that stand of them. */
import { storedReport } from '../report-facts.ts'
import type { Services } from '../services.ts'

export interface HardwareModel {
  readonly kind: 'cpu' | 'gpu'
  readonly model: string
}
interface Reported {
  /** whose object the report is */
  readonly account: number
  readonly digest: string
}

/** Machines that are looked at for a product; a report is read once, as it never changes. */
export const MACHINES_READ = 50
const REMEMBERED = 10_000

export class HardwareModels {
  readonly #known = new Map<string, Promise<readonly HardwareModel[]>>()

  /** The models of some reports and how many machines have each, the most frequent first. */
  async count(
    services: Services,
    reports: readonly Reported[],
  ): Promise<(HardwareModel & { nodes: number })[]> {
    const counts = new Map<string, HardwareModel & { nodes: number }>()
    const all = await Promise.all(reports.map((one) => this.#modelsOf(services, one)))
    for (const one of all.flat()) {
      const key = `${one.kind} ${one.model}`
      counts.set(key, { ...one, nodes: (counts.get(key)?.nodes ?? 0) + 1 })
    }
    return [...counts.values()].toSorted((a, b) => b.nodes - a.nodes)
  }

  #modelsOf(services: Services, report: Reported): Promise<readonly HardwareModel[]> {
    const known = this.#known.get(report.digest)
    if (known !== undefined) return known
    const reading = read(services, report)
    // A fault passes, and what is long known is read again.
    reading.catch(() => this.#known.delete(report.digest))
    if (this.#known.size >= REMEMBERED) this.#known.clear()
    this.#known.set(report.digest, reading)
    return reading
  }
}

async function read(services: Services, { account, digest }: Reported) {
  const signed = await storedReport(services, account, digest)
  if (signed === null) return []
  const { cpuModel, gpus } = signed.report.inventory
  const cards = [...new Set(gpus.map(({ name }) => name))]
  const cpu = cpuModel === '' ? [] : [{ kind: 'cpu' as const, model: cpuModel }]
  return [...cpu, ...cards.map((model) => ({ kind: 'gpu' as const, model }))]
}
