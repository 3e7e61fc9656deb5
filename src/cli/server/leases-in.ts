import { existsSync, readdirSync } from 'node:fs'
import { leasesFolder } from '../../agent/index.ts'

/** How many leases a daemon's folder knows of. */
export function leasesIn(folder: string): number {
  const leases = leasesFolder(folder)
  return existsSync(leases) ? readdirSync(leases).length : 0
}
