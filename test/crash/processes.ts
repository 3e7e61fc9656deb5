/** The processes of this machine as the kernel lists them, whatever the daemons believe. */
import { readdirSync, readFileSync } from 'node:fs'

/** A process with its command line; `startTicks` tells it from a later one of the same number. */
export interface Found {
  readonly pid: number
  readonly startTicks: number
  readonly argv: readonly string[]
}

/** A process that looks after one workload, named by the folder it works in. */
export interface Supervisor extends Found {
  readonly lease: number
  readonly workload: number
}

/** Every process that has this text in one of its arguments. */
export function processesWith(text: string): Found[] {
  return allProcesses().filter(({ argv }) => argv.some((argument) => argument.includes(text)))
}

/** The supervisors of all daemons whose folders lie below `root`. */
export function supervisorsBelow(root: string): Supervisor[] {
  return processesWith(root).flatMap((found): Supervisor[] => {
    const isSupervisor = found.argv[1]?.endsWith('/agent/supervisor.js') ?? false
    const match = /\/leases\/(\d+)\/workloads\/(\d+)$/.exec(found.argv[2] ?? '')
    if (!isSupervisor || match === null) return []
    return [{ ...found, lease: Number(match[1]), workload: Number(match[2]) }]
  })
}

/** kill -9; a process that is gone already is no error. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ESRCH') throw error
  }
}

function allProcesses(): Found[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => look(Number(name)) ?? [])
}

function look(pid: number): Found | null {
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : { pid, startTicks: Number(fields[19]), argv }
  } catch (error) {
    // It ended between listing and reading.
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}
