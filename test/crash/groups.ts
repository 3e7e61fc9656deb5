import { processDriver } from '../../src/agent/index.ts'
import { join } from 'node:path'

/** Ends and removes the control groups that a daemon with this folder of leases has made. */
export async function removeGroups(leases: string): Promise<void> {
  const driver = await processDriver(leases)
  for (const lease of await driver.reconcile()) {
    const resources = { cores: 1, memoryMib: 64, diskMib: 0, cards: 0 }
    const request = { lease, resources, folder: join(leases, String(lease)) }
    await driver.closeAllocation(await driver.openAllocation(request))
  }
}
