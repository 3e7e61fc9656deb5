/** One process at a time in a folder: PGlite itself would let two write and lose rows. */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../messages/index.ts'
import { bootId } from './marker.ts'

interface Owner {
  readonly pid: number
  /** start of that process in clock ticks since boot, so that a reused pid is told apart */
  readonly startTicks: string | null
  readonly bootId: string | null
}

/**
 * Takes the folder's lock; returns what releases it. A lock whose owner is gone is taken over.
 * Throws Fault('READ_MODELS_LOCKED') when another process, or this one, has it.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock')
  const owner: Owner = { pid: process.pid, startTicks: startTicks(process.pid), bootId: bootId() }
  if (!tryCreate(path, owner)) {
    const other = readOwner(path)
    if (other !== null && isAlive(other)) {
      throw new Fault('READ_MODELS_LOCKED', { facts: { pid: other.pid } })
    }
    rmSync(path, { force: true })
    if (!tryCreate(path, owner)) throw new Fault('READ_MODELS_LOCKED')
  }
  return () => rmSync(path, { force: true })
}

/** The name appears with its content, or not at all when somebody has it. */
function tryCreate(path: string, owner: Owner): boolean {
  const own = `${path}.${process.pid}`
  writeFileSync(own, JSON.stringify(owner), { mode: 0o600 })
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner
  } catch {
    return null
  }
}

function isAlive(owner: Owner): boolean {
  if (owner.bootId !== bootId()) return false
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return owner.startTicks === null || startTicks(owner.pid) === owner.startTicks
}

/** Field 22 of /proc/<pid>/stat; the command name before it may hold spaces. null without /proc. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
