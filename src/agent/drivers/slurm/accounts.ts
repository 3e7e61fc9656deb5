import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '../../../messages/index.ts'
import { readJson, writeDurably } from '../../files.ts'
import { leasePaths, numbersIn, workloadsIn } from '../../lease-folder.ts'
import { peakAtEnd } from '../../run/job-meter.ts'
import type { Usage } from '../../run/plan.ts'
import { findJob, knownJob } from '../../run/start-job.ts'
import type { SlurmCommands } from '../../slurm/commands.ts'
import type { Slurm } from '../../slurm/rest.ts'
import type { SlurmNode } from '../../slurm/answers.ts'
import type { Allocation, AllocationRequest, AllocationUsage } from '../driver.ts'
import { jobFolderOf } from './job-folder.ts'
import type { SlurmOptions } from './options.ts'

const MIB = 1024 * 1024
/** Kept free before anything is paid: longer than any deadline of starting. */
const START_MINUTES = 30
/** Beyond the paid time, so that a job which is stopped at its end still fits in. */
const MARGIN_SECONDS = 300
const CLOSE_TRIES = 300
const CLOSE_MS = 200

/**
 * Allocations as accounts with limits (GrpTRES) and reservations, all by the name
 * `suan-<agent>-<lease>`; `folder` names this daemon.
 */
export class SlurmAccounts {
  readonly #folder: string
  /** names this daemon among all that use the cluster */
  readonly #tag: string
  readonly #prefix: string
  readonly #slurm: Slurm
  readonly #commands: SlurmCommands
  readonly #options: SlurmOptions

  constructor(folder: string, slurm: Slurm, commands: SlurmCommands, options: SlurmOptions) {
    this.#folder = folder
    this.#slurm = slurm
    this.#commands = commands
    this.#options = options
    this.#tag = createHash('sha256').update(folder).digest('hex').slice(0, 12)
    this.#prefix = `suan-${this.#tag}-`
  }

  /** Account, reservation and jobs of a lease begin with this. */
  nameOf(lease: number): string {
    return `${this.#prefix}${lease}`
  }

  /** By this a job is found again whose number got lost. */
  commentOf(lease: number, workload: number): string {
    return `suan=${this.#tag}/${lease}/${workload}`
  }

  async open(request: AllocationRequest, node: SlurmNode): Promise<Allocation> {
    const { lease, resources, folder } = request
    mkdirSync(leasePaths(folder).workloads, { recursive: true, mode: 0o711 })
    mkdirSync(leasePaths(folder).beats, { recursive: true })
    const name = this.nameOf(lease)
    if (readJson(openedFile(folder)) === null) {
      await this.#make(name, resources, node)
      const opened: Opened = { seconds: Math.floor(Date.now() / 1_000) }
      writeDurably(openedFile(folder), JSON.stringify(opened))
    }
    return { ...request, handle: { kind: 'account', account: name, reservation: name } }
  }

  async #make(
    name: string,
    resources: AllocationRequest['resources'],
    node: SlurmNode,
  ): Promise<void> {
    const { user, partition, exclusive } = this.#options
    const cores = exclusive ? node.cores : resources.cores
    const memoryMib = exclusive ? node.memoryMib : resources.memoryMib
    await this.#commands.openAccount(name, user, { cores, memoryMib })
    if ((await this.#commands.reservations(name)).includes(name)) return
    try {
      await this.#commands.reserve({
        name,
        account: name,
        partition,
        node: node.name,
        cores,
        wholeNode: exclusive,
        start: 'now',
        minutes: START_MINUTES,
      })
    } catch (error) {
      // An allocation that cannot be had leaves nothing behind.
      await this.#commands.closeAccount(name)
      throw error
    }
  }

  /** Keeps the reservation until the paid time is over. */
  async extend(allocation: Allocation, seconds: number): Promise<void> {
    const end = Math.ceil(Date.now() / 1_000) + seconds + MARGIN_SECONDS
    await this.#commands.extendReservation(this.nameOf(allocation.lease), end)
  }

  /** Accounting's word on what is over, the node's on what runs. */
  async usage(allocation: Allocation): Promise<AllocationUsage> {
    const { lease, folder } = allocation
    const opened = readJson(openedFile(folder)) as Opened | null
    const all = await this.#slurm.accountedJobs(this.nameOf(lease))
    // A lease of this number may have been here before, on another exchange's word.
    const jobs = new Map(
      all.flatMap((job) =>
        job.submittedSeconds >= (opened?.seconds ?? 0) - 1 ? [[job.id, usedBy(job)]] : [],
      ),
    )
    // What ended just now is told of one by one before it is in the list.
    for (const workload of workloadsIn(folder)) {
      const path = jobFolderOf(leasePaths(folder).workload(workload))
      const id = knownJob(path)
      if (id === null) continue
      const job = await this.#slurm.accountedJob(id)
      const used = job?.state === 'RUNNING' ? await this.#commands.live(id) : usedBy(job)
      const memoryPeakBytes = Math.max(used.memoryPeakBytes, peakAtEnd(path))
      jobs.set(id, { ...used, memoryPeakBytes })
    }
    const used = [...jobs.values()]
    return {
      cpuUs: used.reduce((sum, { cpuUs }) => sum + cpuUs, 0),
      memoryPeakMib: Math.ceil(Math.max(0, ...used.map((each) => each.memoryPeakBytes)) / MIB),
    }
  }

  /** Ends the jobs, then gives back reservation and account. Throws Fault CLOSE_FAILED. */
  async close(lease: number): Promise<void> {
    const name = this.nameOf(lease)
    for (let attempt = 0; ; attempt++) {
      const jobs = await this.#commands.jobsOf(name)
      if (jobs.length === 0) break
      if (attempt === CLOSE_TRIES) throw new Fault('CLOSE_FAILED', { facts: { lease } })
      if (attempt % 10 === 0) for (const job of jobs) await this.endJob(job)
      await sleep(CLOSE_MS)
    }
    await this.#commands.release(name)
    await this.#commands.closeAccount(name)
  }

  /** At once where it runs, and by the cluster's own means, which take it from the queue too. */
  async endJob(job: number): Promise<void> {
    await this.#commands.signalScript(job, 'KILL')
    await this.#slurm.cancel(job)
  }

  /** Ends what an earlier try left of a workload that is prepared anew. */
  async endLeftover(lease: number, workload: number, folder: string): Promise<void> {
    if (!existsSync(folder)) return
    const job = { account: this.nameOf(lease), comment: this.commentOf(lease, workload) }
    const left = await findJob(this.#slurm, folder, job)
    if (left !== null) await this.endJob(left)
    rmSync(folder, { recursive: true })
  }

  /** Leases of which an account, a reservation or a folder is there. */
  async found(): Promise<number[]> {
    const names = [
      ...(await this.#commands.accounts(this.#prefix)),
      ...(await this.#commands.reservations(this.#prefix)),
    ]
    const leases = names.map((name) => Number(name.slice(this.#prefix.length)))
    const all = [...leases, ...numbersIn(this.#folder)].filter((lease) => lease > 0)
    return [...new Set(all)].sort((a, b) => a - b)
  }
}

/** `slurm.json` of a lease folder: account and reservation are there. */
interface Opened {
  /** since 1970 */
  readonly seconds: number
}
const openedFile = (folder: string): string => join(folder, 'slurm.json')

function usedBy(job: Usage | null): Usage {
  return job ?? { cpuUs: 0, memoryPeakBytes: 0 }
}
