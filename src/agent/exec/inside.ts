/** Programs beside a workload in Linux namespaces: they enter those of its own program. */
import { readFileSync, readlinkSync } from 'node:fs'
import { findProgram } from '../inspect/engines.ts'
import { leasePaths, readState } from '../lease-folder.ts'
import { descendants, isRunning, processTable } from '../proc/table.ts'
import type { Allocation } from '../drivers/driver.ts'
import { noTunnel } from './session.ts'

/** Wrappers stand above the program: the outer process and the first one of the namespace. */
const WRAPPERS = 2
const NAMESPACES = ['--mount', '--pid', '--net', '--ipc', '--uts', '--cgroup', '--root']

/**
 * A process of a workload's program. Only one that has given up its privileges for good counts:
 * before that the sandbox around it is still being made, and entering it would lead into this
 * machine. Throws Fault TUNNEL_REFUSED where there is none.
 */
export function programOf(allocation: Allocation, workload: number): number {
  const root = readState(leasePaths(allocation.folder).workload(workload))?.root ?? null
  if (root === null || !isRunning(root)) throw noTunnel('it does not run on this machine')
  const program = descendants(root.pid, processTable()).find(
    ({ row, depth }) => depth >= WRAPPERS && isLockedIn(row.pid),
  )
  if (program === undefined) throw noTunnel('it does not run on this machine')
  return program.row.pid
}

function isLockedIn(pid: number): boolean {
  try {
    const isElsewhere = ['mnt', 'net', 'pid'].every(
      (name) => readlinkSync(`/proc/${pid}/ns/${name}`) !== readlinkSync(`/proc/self/ns/${name}`),
    )
    return isElsewhere && /^NoNewPrivs:\s*1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch (error) {
    // It ended between listing and reading.
    if (error instanceof Error) return false
    throw error
  }
}

/** The command that enters all namespaces of a process and becomes what follows it. */
export function entering(pid: number): string[] {
  return [nsenter(), '--target', String(pid), ...userNamespace(), ...NAMESPACES, '--']
}

/** The command that enters only its network and stays a program of this machine otherwise. */
export function enteringNetwork(pid: number): string[] {
  return [nsenter(), '--target', String(pid), ...userNamespace(), '--net', '--']
}

export function nsenter(): string {
  const program = findProgram('nsenter')
  if (program === null) throw noTunnel('this machine runs no programs beside a workload')
  return program
}

/** Who is not root may enter only what lies in a user namespace of its own. */
function userNamespace(): string[] {
  return process.getuid?.() === 0 ? [] : ['--user', '--preserve-credentials']
}
