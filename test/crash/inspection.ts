/** The whole system compared with what the test knows; each check answers what is wrong. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '../../src/client/index.ts'
import { numberOf, type Lease } from '../../src/wire/index.ts'
import type { AckList } from './acks.ts'
import { billFaults, moneyFaults, readEvents } from './bills.ts'
import { journalFaults, parseExport } from './journal-faults.ts'
import { processesWith, type Supervisor } from './processes.ts'
import { faultsOf, leastSeconds, logOf, type Purchases } from './purchases.ts'
import { reading } from './sender.ts'
import { until, type System } from './system.ts'
import type { Watcher } from './watcher.ts'

/** of pino */
const ERROR_LEVEL = 50

export interface Inspected {
  readonly system: System
  readonly acks: AckList
  readonly purchases: Purchases
  readonly watcher: Watcher
  readonly buyer: Client
  readonly provider: Client
}

/** Journal, money, bills and what the WebSocket told. No client may be at work. */
export async function accountFaults(about: Inspected): Promise<string[]> {
  const { system, acks, buyer, provider, watcher } = about
  // Leases are billed while we look: balances and journal must be of one moment.
  const balances = async () =>
    Promise.all([reading(() => buyer.listBalances()), reading(() => provider.listBalances())])
  let [mine, theirs] = await balances()
  let exported: ReturnType<typeof parseExport> = []
  for (let before = ''; before !== JSON.stringify([mine.data, theirs.data]);) {
    before = JSON.stringify([mine.data, theirs.data])
    exported = parseExport(await system.cli(['journal', 'export']))
    ;[mine, theirs] = await balances()
  }
  const lastSeq = exported.at(-1)?.seq ?? 0
  const all = await recordsUntil(system, lastSeq)
  const records = all.filter(({ seq }) => seq <= lastSeq)
  const account = numberOf('account', mine.data[0]?.account_id ?? '') ?? 0
  // A lost connection is tried again after up to 10 s.
  await until('the WebSocket has told everything', () => {
    return watcher.faults(records, account).length === 0
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${watcher.faults(records, account).join('; ')}`)
  })
  return [
    ...journalFaults(acks, exported),
    ...billFaults(records),
    ...moneyFaults(records, exported, [...mine.data, ...theirs.data]),
  ]
}

/** The event log is written a moment after the journal. */
async function recordsUntil(system: System, lastSeq: number) {
  let records = await readEvents(system.data)
  await until('the event log is there', async () => {
    if ((records.at(-1)?.seq ?? 0) >= lastSeq) return true
    records = await readEvents(system.data)
    return false
  })
  return records
}

/** Open leases by number, as the exchange has them. */
export async function openLeases(provider: Client): Promise<Map<number, Lease>> {
  const { data } = await reading(() => provider.listSoldLeases())
  const open = data.filter(({ status }) => status !== 'closed')
  return new Map(open.map((lease) => [numberOf('lease', lease.id) ?? 0, lease]))
}

/**
 * Waits until this machine runs what is funded and nothing else. `before` are supervisors that ran
 * before a kill: where their workload still runs, they themselves still look after it.
 */
export async function reconciled(
  { system, buyer, provider, purchases }: Inspected,
  before: readonly Supervisor[],
): Promise<void> {
  let why: string[] = []
  const agrees = async (): Promise<boolean> => {
    const supervisors = system.supervisors()
    const open = await openLeases(provider)
    const { data } = await reading(() => buyer.listWorkloads({ query: { open: true } }))
    const running = new Set(
      data
        .filter(({ status }) => status === 'running')
        .map(({ id }) => numberOf('workload', id) ?? 0),
    )
    const unfunded = supervisors.filter(({ lease }) => !open.has(lease))
    const supervised = new Set(supervisors.map(({ workload }) => workload))
    const gone = [...running].filter((workload) => !supervised.has(workload))
    const replaced = before.filter(({ workload, pid, startTicks }) => {
      const now = supervisors.find((each) => each.workload === workload)
      return now !== undefined && (now.pid !== pid || now.startTicks !== startTicks)
    })
    const idle = purchases.all.filter(({ workloadId }) => {
      const number = numberOf('workload', workloadId ?? '')
      return number === null || !supervised.has(number)
    })
    const loose = idle.filter(({ tag }) => processesWith(tag).length > 0)
    why = [
      ...unfunded.map(({ lease }) => `lease ${lease} runs without funds`),
      ...gone.map((workload) => `workload ${workload} does not run`),
      ...replaced.map(({ workload }) => `workload ${workload} has another supervisor`),
      ...loose.map(({ tag }) => `${tag} runs without a supervisor`),
    ]
    return why.length === 0
  }
  await until('funds and processes agree', agrees).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${why.join('; ')}`)
  })
}

/** Ends, exit codes and logs of everything that has ended since the last call. */
export async function workloadFaults({ buyer, purchases }: Inspected): Promise<string[]> {
  const faults: string[] = []
  for (const purchase of purchases.all) {
    const workloadId = await purchases.locate(buyer, purchase)
    if (workloadId === null || purchase.checked) continue
    const params = { workload_id: workloadId }
    const workload = await reading(() => buyer.getWorkload({ params }))
    if (workload.ended_at === null) continue
    purchase.checked = true
    faults.push(...faultsOf(purchase, workload, await logOf(buyer, workloadId)))
  }
  return faults
}

/**
 * `suan fsck`: nothing wrong, and no read model differs where it could look at them; `all` says that
 * it must have been able to, because nothing else holds them and the last stop was a clean one.
 */
export async function fsckFaults(system: System, all = false): Promise<string[]> {
  const { problems, state, readModels } = JSON.parse(await system.cli(['fsck'])) as {
    problems: unknown[]
    state: string[]
    readModels: { differences?: unknown[]; left?: string } | null
  }
  const found = [...problems, ...state, ...(readModels?.differences ?? [])]
  if (all && readModels?.differences === undefined) found.push(readModels)
  return found.map((fault) => `fsck: ${JSON.stringify(fault)}`)
}

/** Seconds that a program ran and nobody was billed for. Every lease must be settled. */
export async function unbilledFaults({ buyer, purchases }: Inspected): Promise<string[]> {
  const faults: string[] = []
  for (const { tag, workloadId, allocationId, givenUp } of purchases.all) {
    if (workloadId === null || allocationId === null || givenUp) continue
    const params = { allocation_id: allocationId }
    const { leases } = await reading(() => buyer.getAllocation({ params }))
    const least = leastSeconds(await logOf(buyer, workloadId))
    const accepted = leases[0]?.accepted_seconds ?? 0
    if (accepted < least) faults.push(`${tag}: ${accepted} s billed, at least ${least} s delivered`)
  }
  return faults
}

/** What the programs themselves call an error in their logs: none, however often they are killed. */
export function logFaults({ data }: System): string[] {
  const lines = (name: string): string[] =>
    readFileSync(join(data, name), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  const failed = lines('server.log').filter((line) => {
    const { level } = JSON.parse(line) as { level: number }
    return level >= ERROR_LEVEL
  })
  const ended = lines('provider/daemon.log').filter((line) => !line.startsWith('{'))
  return [...failed, ...ended]
}
