import { existsSync, readdirSync } from 'node:fs'
import { leasesFolder } from '../../agent/index.ts'

/** How many leases a daemon's folder knows of. */
export function leasesIn(folder: string): number {
  const leases = leasesFolder(folder)
  if (!existsSync(leases)) return 0
  // A driver keeps other things of its own beside them.
  return readdirSync(leases).filter((name) => /^\d+$/.test(name)).length
}
