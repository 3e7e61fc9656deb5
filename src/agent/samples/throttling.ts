/** How long leases waited because they had used up their processor quota. */
import { join } from 'node:path'
import type { CgroupHost } from '../cgroup/find.ts'
import type { SystemFiles } from './system-files.ts'

const DEPTH = 4

export interface Throttled {
  /** groups with a quota */
  readonly groups: number
  /** microseconds so far, of all of them */
  readonly us: number
}

/** Sums over the groups below `suan`; null without control groups. */
export function throttled(files: SystemFiles, host: CgroupHost): Throttled | null {
  const root = host.roots.get('cpu')
  if (root === undefined) return null
  const sum = { groups: 0, us: 0 }
  const visit = (folder: string, depth: number): void => {
    const stat = files.text(join(folder, 'cpu.stat'))
    if (field(stat, 'nr_periods') > 0) {
      sum.groups++
      sum.us +=
        host.version === 2 ? field(stat, 'throttled_usec') : field(stat, 'throttled_time') / 1e3
    }
    if (depth === 0) return
    for (const name of files.names(folder)) {
      // Files of a group have a dot in their names, or are called tasks.
      if (!name.includes('.') && name !== 'tasks') visit(join(folder, name), depth - 1)
    }
  }
  visit(join(root, 'suan'), DEPTH)
  return sum
}

function field(stat: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0)
}
