/** One process per folder: a lock file that names the process holding it. */
import { linkSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../messages/index.ts'

/** Folders locked by this process: a second opening here is refused like one elsewhere. */
const mine = new Set<string>()

/**
 * Takes the lock of a folder; call the result to give it back. A lock left by a process that is gone
 * is taken over. Throws a Fault of the code given, with the pid of the holder.
 */
export function lockFolder(folder: string, code: string): () => void {
  const path = join(realpathSync(folder), 'lock')
  const holdBack = (pid: number): void => {
    throw new Fault(code, { facts: { path, pid } })
  }
  if (mine.has(path)) holdBack(process.pid)
  const own = `${path}.${process.pid}`
  // One left by a process of the same pid (in a container it always is) may be the lock itself under
  // a second name: writing into it would make the dead holder look like this process.
  rmSync(own, { force: true })
  writeFileSync(own, `${process.pid} ${startOfProcess(process.pid)}\n`, { mode: 0o600 })
  try {
    // link fails when the name exists, and the name appears with its content: never half a lock.
    while (!tryLink(own, path)) removeStale(path, own, holdBack)
  } finally {
    rmSync(own, { force: true })
  }
  mine.add(path)
  return () => {
    if (mine.delete(path)) rmSync(path, { force: true })
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Throws when the holder lives. The rename makes sure that only one of two rivals removes it. */
function removeStale(path: string, own: string, holdBack: (pid: number) => void): void {
  ifHeld(path, holdBack)
  const taken = `${own}.stale`
  try {
    renameSync(path, taken)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  try {
    // A rival may have locked between the look and the rename: then its lock goes back.
    ifHeld(taken, holdBack)
  } catch (error) {
    tryLink(taken, path)
    throw error
  } finally {
    rmSync(taken, { force: true })
  }
}

function ifHeld(path: string, holdBack: (pid: number) => void): void {
  const holder = readHolder(path)
  if (holder === null) return
  const [pid, start] = holder
  if (start === startOfProcess(pid)) holdBack(pid)
}

function readHolder(path: string): readonly [number, string] | null {
  try {
    const [pid = '', start = ''] = readFileSync(path, 'utf8').trim().split(' ')
    return [Number(pid), start]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/**
 * Tells a process from a later one with the same pid: boot id and start tick where /proc has them,
 * 'alive' elsewhere, 'gone' when no process has this pid.
 */
function startOfProcess(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces; the start tick is the 20th field after it.
    const tick = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}-${tick}`
  } catch {
    return signalReaches(pid) ? 'alive' : 'gone'
  }
}

/** Whether a process has this pid; one of another user counts. */
function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
