import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMissing } from '../files.ts'
import { signalProcess } from '../proc/table.ts'
import type { CgroupHost, Controller } from './find.ts'

/** Limits of a group. Cores may be a fraction; memory includes swap. */
export interface GroupLimits {
  readonly cores: number
  readonly memoryMib: number
  readonly processes: number
}

/** What everything that ever ran in a group has used so far, processes that ended included. */
export interface GroupUsage {
  readonly cpuUs: number
  readonly memoryPeakBytes: number
  /** times that memory could not be had within the limit */
  readonly memoryRefusals: number
}

const PERIOD_US = 100_000

/** A control group below `suan` in every hierarchy of the host. Paths have no leading slash. */
export class Group {
  readonly path: string
  readonly #host: CgroupHost

  constructor(host: CgroupHost, path: string) {
    this.#host = host
    this.path = path
  }

  get exists(): boolean {
    return this.#folders().every((folder) => existsSync(folder))
  }

  /** Makes the group and its parents; in version 2 the parents pass their controllers on. */
  create(): void {
    if (this.#host.version === 2) this.#delegate()
    for (const folder of this.#folders()) mkdirSync(folder, { recursive: true })
  }

  /** The group below this one, to be created by the caller. */
  child(name: string): Group {
    return new Group(this.#host, `${this.path}/${name}`)
  }

  /** Files into which a process writes its id to join, one for each hierarchy. */
  get joinFiles(): readonly string[] {
    return this.#folders().map((folder) => join(folder, 'cgroup.procs'))
  }

  /** Sets the limits of everything in the group and below it. */
  limit(limits: GroupLimits): void {
    const quota = Math.max(1_000, Math.floor(limits.cores * PERIOD_US))
    const bytes = String(limits.memoryMib * 1024 * 1024)
    if (this.#host.version === 2) {
      this.#write('cpu', 'cpu.max', `${quota} ${PERIOD_US}`)
      this.#write('memory', 'memory.max', bytes)
      this.#writeIfThere('memory', 'memory.swap.max', '0')
    } else {
      this.#write('cpu', 'cpu.cfs_period_us', String(PERIOD_US))
      this.#write('cpu', 'cpu.cfs_quota_us', String(quota))
      this.#write('memory', 'memory.limit_in_bytes', bytes)
      this.#writeIfThere('memory', 'memory.memsw.limit_in_bytes', bytes)
    }
    this.#write('pids', 'pids.max', String(limits.processes))
  }

  /** Totals since the group was made, read from the kernel's counters. */
  usage(): GroupUsage {
    if (this.#host.version === 2) {
      const stat = field(this.#read('cpu', 'cpu.stat'), 'usage_usec')
      const events = this.#read('memory', 'memory.events')
      const peak =
        this.#readIfThere('memory', 'memory.peak') ?? this.#read('memory', 'memory.current')
      return {
        cpuUs: stat,
        memoryPeakBytes: Number(peak),
        memoryRefusals: field(events, 'oom_kill'),
      }
    }
    return {
      cpuUs: Math.floor(Number(this.#read('cpuacct', 'cpuacct.usage')) / 1_000),
      memoryPeakBytes: Number(this.#read('memory', 'memory.max_usage_in_bytes')),
      memoryRefusals: Number(this.#read('memory', 'memory.failcnt')),
    }
  }

  /** Bytes held now, what the kernel could give back among them, and time waited for the quota. */
  now(): { readonly memoryBytes: number; readonly throttledUs: number } {
    const stat = this.#read('cpu', 'cpu.stat')
    if (this.#host.version === 2) {
      const memoryBytes = Number(this.#read('memory', 'memory.current'))
      return { memoryBytes, throttledUs: field(stat, 'throttled_usec') }
    }
    const memoryBytes = Number(this.#read('memory', 'memory.usage_in_bytes'))
    return { memoryBytes, throttledUs: Math.floor(field(stat, 'throttled_time') / 1_000) }
  }

  /** Processes of this very group that the kernel ended for want of memory. */
  oomKills(): number {
    const file = this.#host.version === 2 ? 'memory.events' : 'memory.oom_control'
    return field(this.#readIfThere('memory', file) ?? '', 'oom_kill')
  }

  /** Times that a process of this very group was refused another one. */
  forkRefusals(): number {
    return field(this.#readIfThere('pids', 'pids.events') ?? '', 'max')
  }

  /** Groups of this machine can be frozen. */
  get freezes(): boolean {
    return this.#host.freezer !== null
  }

  /** Halts every process in the group and below it where it is: they keep their memory. */
  freeze(): void {
    this.#setFrozen(true)
  }

  /** Lets them go on, also those of groups below that an engine froze for itself. */
  thaw(): void {
    this.#setFrozen(false)
  }

  /**
   * Ends every process in the group and below it. A fork during the sweep is met by the next. In version
   * 1 what is frozen does not die, and a runtime that ended meanwhile may have left it so.
   */
  kill(): void {
    for (let sweep = 0; sweep < 100; sweep++) {
      const found = this.processes()
      if (found.length === 0) return
      for (const pid of found) signalProcess(pid, 'SIGKILL')
      if (this.#host.version === 1) this.thaw()
    }
  }

  #setFrozen(frozen: boolean): void {
    const { freezer, version } = this.#host
    if (freezer === null) return
    const top = join(freezer, this.path)
    // A group that is frozen keeps those below it so: from above.
    const folders = frozen ? [top] : [top, ...foldersBelow(top).toReversed()]
    const [file, words] =
      version === 2 ? ['cgroup.freeze', ['0', '1']] : ['freezer.state', ['THAWED', 'FROZEN']]
    for (const folder of folders) {
      const path = join(folder, file)
      if (existsSync(path)) writeUnlessGone(path, words[Number(frozen)] ?? '')
    }
  }

  /** Ids of all processes in the group and below it. */
  processes(): number[] {
    const found = new Set<number>()
    for (const root of this.#folders()) {
      for (const folder of [...foldersBelow(root), root]) {
        for (const line of readLines(join(folder, 'cgroup.procs'))) found.add(Number(line))
      }
    }
    return [...found]
  }

  /** Removes the group and those below it. False while processes are still in it. */
  remove(): boolean {
    let gone = true
    const others = this.#host.others.map((root) => join(root, this.path))
    for (const root of [...this.#folders(), ...others]) {
      for (const folder of [...foldersBelow(root), root]) gone = removeFolder(folder) && gone
    }
    return gone
  }

  /** Names of the groups directly below this one, in any hierarchy. */
  children(): string[] {
    const names = this.#folders().flatMap((folder) => subfolders(folder))
    return [...new Set(names)]
  }

  #delegate(): void {
    const root = this.#root('cpu')
    const parts = this.path.split('/')
    for (let depth = 0; depth < parts.length; depth++) {
      const folder = join(root, ...parts.slice(0, depth))
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'cgroup.subtree_control'), '+cpu +memory +pids')
    }
  }

  #folders(): string[] {
    const { roots, freezer } = this.#host
    return [...new Set([...roots.values(), ...(freezer === null ? [] : [freezer])])].map((root) =>
      join(root, this.path),
    )
  }

  #root(controller: Controller): string {
    return this.#host.roots.get(controller) ?? ''
  }

  #file(controller: Controller, name: string): string {
    return join(this.#root(controller), this.path, name)
  }

  #read(controller: Controller, name: string): string {
    return readFileSync(this.#file(controller, name), 'utf8').trim()
  }

  #readIfThere(controller: Controller, name: string): string | null {
    return existsSync(this.#file(controller, name)) ? this.#read(controller, name) : null
  }

  #write(controller: Controller, name: string, value: string): void {
    writeFileSync(this.#file(controller, name), value)
  }

  #writeIfThere(controller: Controller, name: string, value: string): void {
    if (existsSync(this.#file(controller, name))) this.#write(controller, name, value)
  }
}

/** The number behind `name` in lines of `name number`; 0 when it is not there. */
function field(text: string, name: string): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `))
  return line === undefined ? 0 : Number(line.slice(name.length + 1))
}

/** Deepest first, so that they can be removed in this order. */
function foldersBelow(folder: string): string[] {
  return subfolders(folder).flatMap((name) => {
    const path = join(folder, name)
    return [...foldersBelow(path), path]
  })
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  } catch (error) {
    // The group ended between listing and reading.
    if (isGone(error)) return []
    throw error
  }
}

/** A group below may end between the look and the word: then there is nothing to halt or let go on. */
function writeUnlessGone(path: string, text: string): void {
  try {
    writeFileSync(path, text)
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

function removeFolder(path: string): boolean {
  try {
    rmdirSync(path)
    return true
  } catch (error) {
    if (isMissing(error)) return true
    if (error instanceof Error && 'code' in error && error.code === 'EBUSY') return false
    throw error
  }
}

function isGone(error: unknown): boolean {
  return isMissing(error) || (error instanceof Error && 'code' in error && error.code === 'ENODEV')
}
