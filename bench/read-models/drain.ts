/** A burst that is in the event log already, on its way into the tables. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PGlite } from '@electric-sql/pglite'
import { assert } from '../../src/kernel/index.ts'
import { openFileEventLog } from '../../src/journal/index.ts'
import { FolderHome, startReadModels, workerOpener } from '../../src/projections/index.ts'
import { collect } from '../../test/support/collect.ts'
import type { Burst } from './burst.ts'

const LOOK_MS = 20
const MIB = 2 ** 20
const TABLES = ['orders', 'trades', 'leases', 'allocations', 'ledger_lines', 'balances', 'candles']

export interface Drained {
  readonly seconds: number
  /** of all threads */
  readonly cpuSeconds: number
  /** share of the time in which the thread that trades did something for it */
  readonly loopShare: number
  /** rows that the tables hold afterwards; what was written over again counts once */
  readonly rows: number
  /** of the process, while it drained */
  readonly rssMaxMib: number
  /** the highest of the second half over the highest of the first */
  readonly rssGrowthMib: number
  /** the same of the heap of the thread that trades */
  readonly heapGrowthMib: number
}

/** Opens empty tables in `folder`, then applies the whole burst in their worker. */
export async function drain(burst: Burst, folder: string): Promise<Drained> {
  const log = await openFileEventLog({ directory: burst.directory, readOnly: true })
  assert(log.lastSeq === burst.records, 'the whole burst is there')
  const home = new FolderHome({ folder, opener: workerOpener(), template: null })
  const source = { durableSeq: () => log.lastSeq, onAdvance: () => () => {}, events: log }
  await collect()
  const models = startReadModels({ source, home, onFault: stop })
  while (models.appliedSeq() === 0) await sleep(LOOK_MS)
  const first = models.appliedSeq()
  const cpu = process.cpuUsage()
  const loop = performance.eventLoopUtilization()
  const from = performance.now()
  const seen = { rssMax: 0, rssAt: 0, rssAfter: 0, heapAt: 0, heapAfter: 0 }
  while (models.appliedSeq() < log.lastSeq) {
    const { rss, heapUsed } = process.memoryUsage()
    seen.rssMax = Math.max(seen.rssMax, rss)
    if (models.appliedSeq() < log.lastSeq / 2) {
      seen.rssAt = Math.max(seen.rssAt, rss)
      seen.heapAt = Math.max(seen.heapAt, heapUsed)
    } else {
      seen.rssAfter = Math.max(seen.rssAfter, rss)
      seen.heapAfter = Math.max(seen.heapAfter, heapUsed)
    }
    await sleep(LOOK_MS)
  }
  // The first batch was done before the clock began.
  const share = log.lastSeq / (log.lastSeq - first)
  const seconds = ((performance.now() - from) / 1_000) * share
  const { user, system } = process.cpuUsage(cpu)
  const { utilization } = performance.eventLoopUtilization(loop)
  await models.close()
  await log.close()
  return {
    seconds,
    cpuSeconds: ((user + system) / 1e6) * share,
    loopShare: utilization,
    rows: await rowsIn(join(folder, 'a')),
    rssMaxMib: seen.rssMax / MIB,
    rssGrowthMib: (seen.rssAfter - seen.rssAt) / MIB,
    heapGrowthMib: (seen.heapAfter - seen.heapAt) / MIB,
  }
}

async function rowsIn(folder: string): Promise<number> {
  const db = await PGlite.create(folder)
  let rows = 0
  for (const name of TABLES) {
    const found = await db.query<{ n: number }>(`select count(*)::int as n from ${name}`)
    rows += found.rows[0]?.n ?? 0
  }
  await db.close()
  return rows
}

function stop(fault: unknown): never {
  throw fault
}
