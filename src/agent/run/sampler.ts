import { descendants, processRow, processTable, type ProcessRow } from '../proc/table.ts'
import type { Usage } from './plan.ts'

/**
 * Measures a process and all it started by looking at /proc, where there are no control groups.
 * Processor time of a process that lives shorter than the interval is seen only when its parent
 * waits for it; memory counts shared pages once for each process, so it errs on the high side.
 */
export class TreeSampler {
  readonly #root: number
  readonly #seen = new Map<string, number>()
  #peakBytes = 0

  constructor(root: number) {
    this.#root = root
  }

  /** Looks once; returns the resident bytes of the tree now. */
  sample(): number {
    const rows = this.members()
    for (const row of rows) this.#seen.set(`${row.pid}/${row.startTicks}`, row.cpuUs)
    const resident = rows.reduce((sum, row) => sum + row.residentBytes, 0)
    this.#peakBytes = Math.max(this.#peakBytes, resident)
    return resident
  }

  /** The tree's processes now, and those that left it but stayed in its session. */
  members(): ProcessRow[] {
    const table = processTable()
    const below = descendants(this.#root, table).map((found) => found.row)
    const known = new Set(below.map((row) => row.pid))
    return [...below, ...table.filter((row) => row.session === this.#root && !known.has(row.pid))]
  }

  usage(): Usage {
    let sampled = 0
    for (const cpuUs of this.#seen.values()) sampled += cpuUs
    // Once the root has ended, this process's own count of waited children is complete.
    const waited = processRow('self')?.childrenCpuUs ?? 0
    return { cpuUs: Math.max(sampled, waited), memoryPeakBytes: this.#peakBytes }
  }
}
