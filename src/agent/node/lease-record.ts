import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { bootId, monotonicMs } from '../clock.ts'
import { coveredMs, readBeats } from '../coverage.ts'
import type { Allocation, Driver } from '../drivers/driver.ts'
import { readJson, writeDurably } from '../files.ts'
import { leasePaths, readFunding } from '../lease-folder.ts'
import type { Assigned } from '../link.ts'

/** Totals of a lease since it was ready. */
export interface Totals {
  readonly coveredSeconds: number
  readonly cpuUs: number
  readonly memoryPeakMib: number
}

/** `lease.json`: what must survive a restart of the daemon or of the machine. */
interface LeaseRecord {
  readonly bootId: string
  /** totals reached before this boot, to which those of this boot are added */
  readonly base: Totals
  /** highest totals ever reported or measured at the end */
  readonly last: Totals
  /** the allocation was put away: nothing is added any more */
  readonly closed: boolean
}

/** The meter of one lease: contiguous on disk, never falling, over restarts of all kinds. */
export class LeaseMeter {
  readonly #path: string
  readonly #folder: string
  #record: LeaseRecord

  /** `known` are the totals that the exchange has. */
  constructor(folder: string, known: Totals) {
    this.#folder = folder
    this.#path = leasePaths(folder).lease
    const boot = bootId()
    const found = readJson(this.#path) as LeaseRecord | null
    const last = highest(found?.last ?? known, known)
    const sameBoot = found !== null && found.bootId === boot
    this.#record = {
      bootId: boot,
      base: sameBoot ? found.base : last,
      last,
      closed: found?.closed ?? false,
    }
    this.#save()
  }

  get closed(): boolean {
    return this.#record.closed
  }

  get last(): Totals {
    return this.#record.last
  }

  /** Totals now, never more seconds than funded or than the exchange's own clock of a closed lease. */
  async measure(driver: Driver, allocation: Allocation, assigned: Assigned): Promise<Totals> {
    const used = await driver.usage(allocation)
    // It may have been closed meanwhile: then its last totals are told already.
    if (!this.#record.closed) {
      const { base } = this.#record
      const seconds = base.coveredSeconds + this.#secondsOfThisBoot()
      const measured = {
        coveredSeconds: Math.min(seconds, mostSeconds(assigned)),
        cpuUs: (driver.capabilities.meter === 'since boot' ? base.cpuUs : 0) + used.cpuUs,
        memoryPeakMib: used.memoryPeakMib,
      }
      this.#record = {
        ...this.#record,
        last: highest(highest(this.#record.last, measured), knownTotals(assigned)),
      }
      this.#save()
    }
    return this.#record.last
  }

  close(): void {
    this.#record = { ...this.#record, closed: true }
    this.#save()
  }

  #secondsOfThisBoot(): number {
    const funding = readFunding(this.#folder)
    if (funding === null || funding.bootId !== this.#record.bootId) return 0
    const covered = coveredMs(readBeats(this.#folder), funding.readyMs, monotonicMs())
    return Math.floor(covered / 1_000)
  }

  /** A lease that was never opened here has no folder and needs none. */
  #save(): void {
    if (!existsSync(this.#folder)) return
    writeDurably(this.#path, JSON.stringify(this.#record))
  }
}

/** Totals as the exchange has them. */
export function knownTotals(assigned: Assigned | null): Totals {
  const { coveredSeconds = 0, cpuUs = 0, memoryPeakMib = 0 } = assigned ?? {}
  return { coveredSeconds, cpuUs, memoryPeakMib }
}

/** The folder of a lease below the daemon's folder of leases. */
export function leaseFolder(leases: string, lease: number): string {
  return join(leases, String(lease))
}

function mostSeconds(assigned: Assigned): number {
  const { readyAtUs, closedAtUs, funded } = assigned
  if (readyAtUs === null) return 0
  const clock = closedAtUs === null ? Infinity : Math.floor((closedAtUs - readyAtUs) / 1_000_000)
  return Math.max(0, Math.min(clock, funded.fundedSeconds))
}

function highest(a: Totals, b: Totals): Totals {
  return {
    coveredSeconds: Math.max(a.coveredSeconds, b.coveredSeconds),
    cpuUs: Math.max(a.cpuUs, b.cpuUs),
    memoryPeakMib: Math.max(a.memoryPeakMib, b.memoryPeakMib),
  }
}
