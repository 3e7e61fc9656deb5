import { chmodSync, copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { CgroupHost } from '../cgroup/find.ts'
import { Fault } from '../../messages/index.ts'
import { processInside } from '../exec/local.ts'
import { workloadPaths } from '../lease-folder.ts'
import type { Driver, Task } from './driver.ts'
import { environmentOf, insideWork } from './layout.ts'
import {
  endLeftovers,
  groupOf,
  imageFault,
  LocalAllocations,
  makeTaskFolders,
  refuseImage,
} from './local.ts'

/**
 * Programs as plain processes of the daemon's own user, without any isolation: accepted only in the
 * sandbox or for own use. Paths can lie only below the work folder, which is home.
 */
export async function processDriver(folder: string, host?: CgroupHost): Promise<Driver> {
  const allocations = new LocalAllocations(folder, host)
  return {
    name: 'process',
    isolation: 'none',
    capabilities: allocations.capabilities,
    probe: async () => ({ present: true, facts: { engine: 'no isolation' } }),
    fetchImage: refuseImage,
    openAllocation: async (request) => allocations.open(request),
    prepare: async (allocation, task) => {
      if (task.spec.image !== null) throw imageFault(task.spec.image)
      makeTaskFolders(task.folder)
      placeBelowHome(task)
      const { work } = workloadPaths(task.folder)
      return {
        lease: allocation.lease,
        workload: task.workload,
        group: groupOf(allocation, task.workload),
        memoryMib: allocation.resources.memoryMib,
        diskMib: allocation.resources.diskMib,
        launch: {
          kind: 'process',
          argv: task.spec.command,
          environment: environmentOf(task.spec, task.folder),
          directory: resolve(work, belowHome(task.folder, task.spec.workingDirectory ?? '.')),
          optionsFile: null,
          wrappers: 0,
        },
      }
    },
    usage: async (allocation) => allocations.usage(allocation),
    sample: (allocation) => allocations.sample(allocation),
    ...processInside(),
    ...allocations.halting,
    recover: endLeftovers,
    closeAllocation: (allocation) => allocations.close(allocation),
    reconcile: async () => allocations.found(),
  }
}

/** Copies inputs to where they are wanted. Throws Fault START_FAILED for a path that is not below home. */
export function placeBelowHome(task: Task): void {
  if (task.spec.outputPath !== null) belowHome(task.folder, task.spec.outputPath)
  for (const [index, input] of task.spec.inputs.entries()) {
    const inside = belowHome(task.folder, input.path)
    mkdirSync(dirname(inside), { recursive: true })
    copyFileSync(join(workloadPaths(task.folder).inputs, String(index)), inside)
    chmodSync(inside, (input.mode & 0o777) | 0o600)
  }
}

/** A path of this machine. Throws Fault START_FAILED for one that is not below the program's home. */
export function belowHome(folder: string, path: string): string {
  const inside = insideWork(folder, path)
  if (inside === null) throw new Fault('START_FAILED', { retryable: false, facts: { path } })
  return inside
}
