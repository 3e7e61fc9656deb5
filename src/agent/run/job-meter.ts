import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../messages/index.ts'
import { monotonicMs } from '../clock.ts'
import { EngineError } from '../container/engine.ts'
import type { SlurmCommands } from '../slurm/commands.ts'
import type { Slurm } from '../slurm/rest.ts'
import { isOver } from '../slurm/states.ts'
import type { Usage } from './plan.ts'

/** A running job is asked for this seldom: every node that it runs on has to answer. */
const LIVE_MS = 5_000
/** Accounting may be told of the end a little later than the controller knows it. */
const FINAL_MS = 5_000

/** What one job has used: live by its node, after the end by accounting. */
export class JobMeter {
  running = false
  readonly #slurm: Slurm
  readonly #commands: SlurmCommands
  readonly #id: number
  readonly #folder: string
  #usage: Usage = { cpuUs: 0, memoryPeakBytes: 0 }
  #askedMs: number

  constructor(slurm: Slurm, commands: SlurmCommands, id: number, folder: string) {
    this.#slurm = slurm
    this.#commands = commands
    this.#id = id
    this.#folder = folder
    this.#askedMs = monotonicMs()
  }

  async usage(): Promise<Usage> {
    if (this.running && monotonicMs() - this.#askedMs >= LIVE_MS) {
      this.#askedMs = monotonicMs()
      await this.#take(() => this.#commands.live(this.#id))
    }
    return this.#usage
  }

  /** Waits for the final word of accounting, but not for ever. */
  async close(): Promise<void> {
    this.running = false
    const until = monotonicMs() + FINAL_MS
    while (!(await this.#takeFinal()) && monotonicMs() < until) await sleep(100)
  }

  async #takeFinal(): Promise<boolean> {
    return this.#take(async () => {
      const own = await this.#slurm.accountedJob(this.#id)
      if (own === null || !isOver(own)) return null
      // Slurm samples memory once a second or less often: of a short program it sees nothing.
      const memoryPeakBytes = Math.max(own.memoryPeakBytes, peakAtEnd(this.#folder))
      return { cpuUs: own.cpuUs, memoryPeakBytes }
    })
  }

  /** Totals never fall; false when there was nothing to take. */
  async #take(ask: () => Promise<Usage | null>): Promise<boolean> {
    try {
      const found = await ask()
      if (found === null) return false
      this.#usage = {
        cpuUs: Math.max(this.#usage.cpuUs, found.cpuUs),
        memoryPeakBytes: Math.max(this.#usage.memoryPeakBytes, found.memoryPeakBytes),
      }
      return true
    } catch (error) {
      // A sample that is missed is made up for by the next one.
      if (!(error instanceof EngineError || error instanceof Fault)) throw error
      return false
    }
  }
}

/** Written by the job's script when the program has ended: exit code and peak of memory in bytes. */
export const endedFile = (folder: string): string => join(folder, 'ended')

/** The peak that a job's script saw in its control group; 0 when it saw none. */
export function peakAtEnd(folder: string): number {
  if (!existsSync(endedFile(folder))) return 0
  return Number(/^\d+ (\d+)$/.exec(readFileSync(endedFile(folder), 'utf8').trim())?.[1] ?? 0)
}
