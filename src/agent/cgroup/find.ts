import { accessSync, constants, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMissing } from '../files.ts'

/** Where this machine's control groups are mounted and whether this process may make some. */
export interface CgroupHost {
  /** 0 is none */
  readonly version: 0 | 1 | 2
  readonly writable: boolean
  /** folder of each hierarchy in use: one by controller in version 1, one for all in version 2 */
  readonly roots: ReadonlyMap<Controller, string>
  /** folders of further version 1 hierarchies, in which engines make groups of the same name */
  readonly others: readonly string[]
  /** the hierarchy in which groups can be frozen; null where there is none */
  readonly freezer: string | null
}

/** A machine without control groups. */
export const NO_CGROUPS: CgroupHost = {
  version: 0,
  writable: false,
  roots: new Map(),
  others: [],
  freezer: null,
}

export type Controller = 'cpu' | 'cpuacct' | 'memory' | 'pids'
const CONTROLLERS: readonly Controller[] = ['cpu', 'cpuacct', 'memory', 'pids']

/** Looks for control groups; version 1 is taken on a hybrid system, where its controllers are. */
export function findCgroups(): CgroupHost {
  let mounts: string
  try {
    mounts = readFileSync('/proc/self/mountinfo', 'utf8')
  } catch (error) {
    if (isMissing(error)) return NO_CGROUPS
    throw error
  }
  const host = parseMounts(mounts)
  const freezer = host.freezer !== null && mayWrite(host.freezer) ? host.freezer : null
  return { ...host, freezer, writable: host.version !== 0 && isWritable(host) }
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch (error) {
    if (error instanceof Error) return false
    throw error
  }
}

/** Reads the text of /proc/self/mountinfo; `writable` is left false. */
export function parseMounts(mountinfo: string): CgroupHost {
  const first = new Map<Controller, string>()
  const folders: string[] = []
  let unified: string | null = null
  let freezer: string | null = null
  for (const line of mountinfo.split('\n')) {
    const [left, right] = line.split(' - ')
    const folder = left?.split(' ')[4]
    const [type, , options] = right?.split(' ') ?? []
    if (folder === undefined || type === undefined) continue
    if (type === 'cgroup2') unified = folder
    if (type !== 'cgroup') continue
    folders.push(folder)
    const names = new Set(options?.split(',') ?? [])
    if (names.has('freezer')) freezer = folder
    for (const name of CONTROLLERS) if (names.has(name)) first.set(name, folder)
  }
  if (CONTROLLERS.every((name) => first.has(name))) {
    const used = new Set(first.values())
    const others = folders.filter((folder) => !used.has(folder) && folder !== freezer)
    return { version: 1, writable: false, roots: first, others, freezer }
  }
  if (unified === null) return NO_CGROUPS
  const folder = unified
  return {
    version: 2,
    writable: false,
    roots: new Map(CONTROLLERS.map((name) => [name, folder] as const)),
    others: [],
    freezer: folder,
  }
}

function isWritable(host: CgroupHost): boolean {
  const folders = [...new Set(host.roots.values())]
  try {
    for (const folder of folders) accessSync(folder, constants.W_OK)
    if (host.version === 1) return true
    const root = folders[0] ?? ''
    accessSync(join(root, 'cgroup.subtree_control'), constants.W_OK)
    const available = readFileSync(join(root, 'cgroup.controllers'), 'utf8').split(/\s+/)
    return ['cpu', 'memory', 'pids'].every((name) => available.includes(name))
  } catch (error) {
    // Read-only mount or no permission: limits are then kept by polling.
    if (error instanceof Error) return false
    throw error
  }
}
