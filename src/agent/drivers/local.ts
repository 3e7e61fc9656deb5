import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, type Resources } from '../../messages/index.ts'
import { findCgroups, type CgroupHost } from '../cgroup/find.ts'
import { Group } from '../cgroup/group.ts'
import {
  leasePaths,
  numbersIn,
  readExit,
  readMeter,
  readState,
  workloadsIn,
  workloadPaths,
} from '../lease-folder.ts'
import { endWitness } from '../proof/pause.ts'
import {
  isRunning,
  processTable,
  signalProcess,
  type ProcessName,
  type ProcessRow,
} from '../proc/table.ts'
import { TreeSampler } from '../run/sampler.ts'
import type {
  Allocation,
  AllocationRequest,
  AllocationSample,
  AllocationUsage,
  Capabilities,
  Driver,
} from './driver.ts'

const MIB = 1024 * 1024
const PROCESSES_A_CORE = 512

/** Allocations as folders and control groups of this machine: what all local drivers share. */
export class LocalAllocations {
  /** folder that holds one folder a lease */
  readonly #folder: string
  readonly #parent: Group | null

  /** `folder` names this daemon on the machine: two daemons never touch each other's groups. */
  constructor(folder: string, host: CgroupHost = findCgroups()) {
    this.#folder = folder
    const tag = createHash('sha256').update(folder).digest('hex').slice(0, 12)
    this.#parent = host.writable ? new Group(host, `suan/${tag}`) : null
  }

  get limits(): 'kernel' | 'polling' {
    return this.#parent === null ? 'polling' : 'kernel'
  }

  get witness(): boolean {
    return this.#parent !== null
  }

  /** A group's counters begin anew with the machine; without groups, totals are files. */
  get meter(): Capabilities['meter'] {
    return this.#parent === null ? 'since opened' : 'since boot'
  }

  /** Workloads are halted by the kernel, each by its own group. */
  get suspend(): boolean {
    return this.#parent?.freezes ?? false
  }

  /** For a driver to have where groups can be frozen. */
  get halting(): Pick<Driver, 'suspend' | 'resume'> {
    if (!this.suspend) return {}
    const of = (allocation: Allocation, workload: number) =>
      groupIn(allocation)?.child(nameOf(workload))
    return {
      suspend: async (allocation, workload) => of(allocation, workload)?.freeze(),
      resume: async (allocation, workload) => of(allocation, workload)?.thaw(),
    }
  }

  /** Lets all go on that is halted in an allocation. */
  thaw(allocation: Allocation): void {
    groupIn(allocation)?.thaw()
  }

  /** Of a driver whose programs are children of their supervisor and come from this machine. */
  get capabilities(): Capabilities {
    const { limits, meter, witness, suspend } = this
    const base = { images: false, outlivesSupervisor: false, exec: true, ports: true }
    return { ...base, limits, meter, witness, suspend }
  }

  open(request: AllocationRequest): Allocation {
    mkdirSync(leasePaths(request.folder).workloads, { recursive: true, mode: 0o711 })
    mkdirSync(leasePaths(request.folder).beats, { recursive: true })
    const group = this.#parent?.child(String(request.lease)) ?? null
    if (group?.exists === true) endWitness(group)
    else if (group !== null) {
      group.create()
      group.limit(limitsOf(request.resources))
    }
    return { ...request, handle: { kind: 'group', group } }
  }

  usage(allocation: Allocation): AllocationUsage {
    const total = groupIn(allocation)?.usage() ?? sumOfWorkloads(allocation.folder)
    return {
      cpuUs: total.cpuUs,
      memoryPeakMib: Math.ceil(total.memoryPeakBytes / MIB),
    }
  }

  /** Without a group what is held now is not known. */
  sample(allocation: Allocation): AllocationSample {
    const now = groupIn(allocation)?.now() ?? null
    return {
      ...this.usage(allocation),
      memoryMib: now === null ? null : Math.ceil(now.memoryBytes / MIB),
      throttledUs: now?.throttledUs ?? null,
    }
  }

  /**
   * Ends all processes of the group and removes it; without groups, what its workloads started.
   * Throws Fault CLOSE_FAILED if some stay.
   */
  async close(allocation: Allocation): Promise<void> {
    const { folder } = allocation
    const group = groupIn(allocation)
    if (group === null) {
      for (const id of workloadsIn(folder)) await endLeftovers(allocation, id)
      return
    }
    for (let attempt = 0; attempt < 100; attempt++) {
      group.kill()
      if (group.remove()) return this.#removeEmptyParent()
      await sleep(50)
    }
    throw new Fault('CLOSE_FAILED', { facts: { lease: allocation.lease } })
  }

  #removeEmptyParent(): void {
    if (this.#parent?.children().length === 0) this.#parent.remove()
  }

  /** Leases that have a control group here, or a folder below the given one. */
  found(): number[] {
    const groups = (this.#parent?.children() ?? []).filter((name) => /^\d+$/.test(name)).map(Number)
    return [...new Set([...groups, ...numbersIn(this.#folder)])].sort((a, b) => a - b)
  }

  /** The folder of a lease. */
  folderOf(lease: number): string {
    return join(this.#folder, String(lease))
  }
}

/** The Fault of a driver without images. */
export function imageFault(image: string, cause?: unknown): Fault {
  return new Fault('IMAGE_NOT_FOUND', { cause, retryable: false, facts: { image } })
}

export async function refuseImage(image: string): Promise<never> {
  throw imageFault(image)
}

/** The control group of an allocation on this machine; null where there is none. */
function groupIn({ handle }: Allocation): Group | null {
  return handle.kind === 'group' ? handle.group : null
}

const nameOf = (workload: number) => `w${workload}`

/** Path of a workload's own group below the one of its allocation. */
export function groupOf(allocation: Allocation, workload: number): string | null {
  return groupIn(allocation)?.child(nameOf(workload)).path ?? null
}

/** Ends the processes of a workload by its group, or by its first process where there is none. */
export async function endLeftovers(allocation: Allocation, workload: number): Promise<'ended'> {
  const group = groupIn(allocation)
  group?.child(nameOf(workload)).kill()
  const root = readState(leasePaths(allocation.folder).workload(workload))?.root ?? null
  if (root === null || group !== null) return 'ended'
  const alive = isRunning(root) ? new TreeSampler(root.pid).members() : sessionOf(root)
  for (const row of alive) signalProcess(row.pid, 'SIGKILL')
  return 'ended'
}

/** What is left of a session whose first process is gone; younger ones reuse no session number. */
function sessionOf(root: ProcessName): ProcessRow[] {
  const table = processTable()
  if (table.some((row) => row.pid === root.pid)) return []
  return table.filter((row) => row.session === root.pid)
}

function limitsOf(resources: Resources) {
  return {
    cores: resources.cores,
    memoryMib: resources.memoryMib,
    processes: Math.max(1, resources.cores) * PROCESSES_A_CORE,
  }
}

/** Without a control group an allocation has used what its workloads' supervisors say they used. */
export function sumOfWorkloads(folder: string): { cpuUs: number; memoryPeakBytes: number } {
  const meters = workloadsIn(folder).map((id) => {
    const workload = leasePaths(folder).workload(id)
    return readExit(workload) ?? readMeter(workload) ?? { cpuUs: 0, memoryPeakBytes: 0 }
  })
  return {
    cpuUs: meters.reduce((sum, meter) => sum + meter.cpuUs, 0),
    memoryPeakBytes: Math.max(0, ...meters.map((meter) => meter.memoryPeakBytes)),
  }
}

/** Makes the folders a task needs; `owner` is given those that the program may write. */
export function makeTaskFolders(folder: string): void {
  const paths = workloadPaths(folder)
  for (const path of [paths.work, paths.inputs]) mkdirSync(path, { recursive: true, mode: 0o711 })
  mkdirSync(paths.told, { recursive: true })
  // Whoever the program is, and whatever this process may give others by itself.
  chmodSync(paths.told, 0o755)
}
