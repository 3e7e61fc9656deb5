/** `exec` and `dial` of the drivers whose workloads are processes of this machine. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode } from '../../kernel/index.ts'
import { workloadSpec, type WorkloadSpec } from '../../messages/index.ts'
import { findCgroups } from '../cgroup/find.ts'
import { Group } from '../cgroup/group.ts'
import { dropTo, NO_CAPS } from '../drivers/oci/bubblewrap.ts'
import type { Allocation, Driver } from '../drivers/driver.ts'
import { environmentOf, resolveInside } from '../drivers/layout.ts'
import { groupOf } from '../drivers/local.ts'
import { findProgram } from '../inspect/engines.ts'
import { leasePaths, readState, workloadPaths } from '../lease-folder.ts'
import { isRunning } from '../proc/table.ts'
import { Dialer, dialHere } from './dial.ts'
import { entering, enteringNetwork, programOf } from './inside.ts'
import { dialByRelay } from './relay.ts'
import { execInContainer } from './runtime.ts'
import { noTunnel, type Terminal } from './session.ts'
import { spawnSession } from './spawn-session.ts'

type Inside = Required<Pick<Driver, 'exec' | 'dial'>>

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Of workloads in Linux namespaces: a program enters those of the workload's own, gives up all
 * privileges and becomes what was asked for, in the workload's control group.
 */
export function namespacesInside(): Inside {
  const dialer = new Dialer()
  return {
    exec: async (allocation, workload, command, terminal) => {
      const setpriv = findProgram('setpriv', { PATH: SYSTEM_PATH })
      if (setpriv === null) throw noTunnel('this machine runs no programs beside a workload')
      const spec = specOf(allocation, workload)
      const drop = process.getuid?.() === 0 ? dropTo(setpriv) : [setpriv, ...NO_CAPS]
      const variables = Object.entries({ ...terminalOf(terminal), ...environmentOf(spec) })
      const directory = resolveInside(spec.workingDirectory ?? '.')
      const argv = [
        // The program ends with this daemon, and the first one inside with the one that entered.
        setpriv,
        '--pdeathsig',
        'KILL',
        ...entering(programOf(allocation, workload)),
        ...drop,
        '--pdeathsig',
        'KILL',
        '/usr/bin/env',
        '-i',
        ...variables.map(([name, value]) => `${name}=${value}`),
        '/bin/sh',
        '-c',
        'cd "$0" && exec "$@"',
        directory,
        ...command,
      ]
      const environment = { PATH: SYSTEM_PATH }
      const joinFiles = joinFilesOf(allocation, workload)
      return spawnSession({ argv, directory: '/', environment, joinFiles }, terminal)
    },
    dial: async (allocation, workload, port) => {
      const pid = programOf(allocation, workload)
      return dialer.dial(pid, enteringNetwork(pid), port)
    },
  }
}

/**
 * Of containers that an OCI runtime made: it starts the programs itself. `ownGroup` is the group below
 * the workload's that the runtime is in; with a kernel of its own, ports are reached from inside.
 */
export function runtimeInside(ownGroup: string | null): Inside {
  const dialer = new Dialer()
  const exec: Inside['exec'] = async (allocation, workload, command, terminal) => {
    const joinFiles = joinFilesOf(allocation, workload, ownGroup)
    return execInContainer(allocation, workload, command, terminal, joinFiles)
  }
  return {
    exec,
    dial: async (allocation, workload, port) => {
      if (ownGroup === null)
        return dialByRelay((command) => exec(allocation, workload, command, null), port)
      const pid = programOf(allocation, workload)
      return dialer.dial(pid, enteringNetwork(pid), port)
    },
  }
}

/** Of plain processes: there is nothing around them, so the ports are those of this machine. */
export function processInside(): Inside {
  const mustRun = (allocation: Allocation, workload: number): void => {
    const root = readState(leasePaths(allocation.folder).workload(workload))?.root ?? null
    if (root === null || !isRunning(root)) throw noTunnel('it does not run on this machine')
  }
  return {
    exec: async (allocation, workload, command, terminal) => {
      mustRun(allocation, workload)
      const spec = specOf(allocation, workload)
      const folder = leasePaths(allocation.folder).workload(workload)
      const { work } = workloadPaths(folder)
      const environment = { ...terminalOf(terminal), ...environmentOf(spec, folder) }
      const joinFiles = joinFilesOf(allocation, workload)
      return spawnSession({ argv: command, directory: work, environment, joinFiles }, terminal)
    },
    dial: async (allocation, workload, port) => {
      mustRun(allocation, workload)
      return dialHere(port)
    },
  }
}

function terminalOf(terminal: Terminal | null): Record<string, string> {
  return terminal === null ? {} : { TERM: 'xterm-256color' }
}

function joinFilesOf(
  allocation: Allocation,
  workload: number,
  below: string | null = null,
): readonly string[] {
  const path = groupOf(allocation, workload)
  if (path === null) return []
  const group = new Group(findCgroups(), path)
  return (below === null ? group : group.child(below)).joinFiles
}

/** The daemon keeps it beside the workload. */
function specOf(allocation: Allocation, workload: number): WorkloadSpec {
  const path = join(leasePaths(allocation.folder).workload(workload), 'spec')
  return existsSync(path) ? decode(workloadSpec, readFileSync(path)) : NO_SPEC
}

const NO_SPEC: WorkloadSpec = {
  command: ['true'],
  environment: [],
  image: null,
  workingDirectory: null,
  inputs: [],
  outputPath: null,
}
