import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault, LIMITS, type WorkloadEnd } from '../../messages/index.ts'
import { bootId, monotonicMs } from '../clock.ts'
import { Witness } from '../coverage.ts'
import { isFull, readJson, writeDurably, writeWhole, wroteUnlessFull } from '../files.ts'
import {
  readFunding,
  readStop,
  workloadPaths,
  type ExitRecord,
  type StopOrder,
} from '../lease-folder.ts'
import { diskUse } from './disk-use.ts'
import { saveState, take } from './launch.ts'
import { LogFile } from './log-file.ts'
import { Notice } from './notice.ts'
import type { Ending, Plan, Running, Sink, Usage } from './plan.ts'
import { start } from './start.ts'

const LOOK_MS = 200
const PLAN_MS = 10
const BEAT_MS = 1_000
const DISK_MS = 2_000
const DISK_FULL: StopOrder = { end: 'DISK_FULL', graceSeconds: 0 }
/** Time a program has to end by itself when its funding is over; nobody pays for it. */
const UNFUNDED_GRACE_SECONDS = 2

/**
 * Runs one workload to its end and leaves everything about it on disk. It needs nobody: it goes on
 * while the daemon is away, and stops the workload itself when the funded time is over.
 * With `takesOver` it goes on with what an earlier supervisor left, and never starts it again.
 * 1 wait for the plan, 2 start, 3 look for notices, orders and funding, 4 beat and measure, 5 stop,
 * 6 write how it ended.
 */
export async function supervise(
  folder: string,
  { daemon, takesOver }: { readonly daemon: number; readonly takesOver: boolean },
): Promise<void> {
  const paths = workloadPaths(folder)
  const plan = await planOf(folder, daemon)
  if (plan === null || readJson(paths.exit) !== null || !take(folder)) return
  const log = new LogFile(paths.log, LIMITS.logBytes)
  const sink: Sink = (stream, bytes) => log.write(stream, bytes)
  let exit: ExitRecord
  let running: Running | null = null
  try {
    saveState(folder, process.pid, null)
    // What ran on without funding is stopped below, and what it printed is kept.
    const mayStart = takesOver || unfunded(paths.lease, monotonicMs()) === null
    if (!mayStart) throw new Fault('FUNDING_UNCONFIRMED')
    running = await start(plan, sink, takesOver ? log.payloadBytes : null)
    exit = await keepOrKill(folder, plan, running)
  } catch (error) {
    exit = { ...NOTHING, exitCode: null, ...unstarted(error) }
  }
  log.close()
  const record = JSON.stringify({ ...exit, logTruncated: log.truncated })
  // How it ended must not be lost: a full disk is waited for, as long as the lease is there.
  while (existsSync(folder) && !wroteUnlessFull(() => writeDurably(paths.exit, record))) {
    await sleep(BEAT_MS)
  }
  await running?.forget()
}

/** The plan; null when the daemon or the folder goes before there is one. */
async function planOf(folder: string, daemon: number): Promise<Plan | null> {
  const { plan } = workloadPaths(folder)
  while (!existsSync(plan)) {
    if (!existsSync(folder) || process.ppid !== daemon) return null
    await sleep(PLAN_MS)
  }
  return readJson(plan) as Plan | null
}

const NOTHING = { cpuUs: 0, memoryPeakBytes: 0, detail: '', logTruncated: false }

/** When this supervisor must give up, a process ends with it; a container can be taken over. */
async function keepOrKill(folder: string, plan: Plan, running: Running): Promise<ExitRecord> {
  try {
    wroteUnlessFull(() => saveState(folder, process.pid, running.root))
    return await keep(folder, plan, running)
  } catch (error) {
    if (running.root !== null) running.kill()
    throw error
  }
}

async function keep(folder: string, plan: Plan, running: Running): Promise<ExitRecord> {
  const { lease } = workloadPaths(folder)
  const witness = new Witness(lease, 'supervisor')
  const notice = new Notice(folder, running)
  const ended = running.ended.then((ending) => ({ ending }))
  let stop = null as { readonly order: StopOrder; readonly sinceMs: number } | null
  let beatMs = 0
  let diskMs = monotonicMs()
  let full = false
  for (;;) {
    const result = await Promise.race([ended, sleep(LOOK_MS, null)])
    const now = monotonicMs()
    if (result !== null) {
      witness.beat(now)
      const usage = await running.usage()
      return { ...NOTHING, ...usage, ...outcome(result.ending, stop?.order ?? null) }
    }
    notice.look(now)
    if (now - beatMs >= BEAT_MS) {
      beatMs = now
      witness.beat(now)
      saveMeter(folder, await running.usage())
    }
    if (plan.diskMib > 0 && now - diskMs >= DISK_MS) {
      full ||= isOverDisk(folder, plan.diskMib)
      diskMs = monotonicMs()
    }
    const order = readStop(folder) ?? unfunded(lease, now) ?? (full ? DISK_FULL : null)
    if (order !== null && stop === null) running.terminate()
    // A later order with less grace replaces the first.
    if (order !== null && (stop === null || order.graceSeconds < stop.order.graceSeconds)) {
      stop = { order, sinceMs: stop?.sinceMs ?? now }
    }
    if (stop !== null && now - stop.sinceMs >= stop.order.graceSeconds * 1_000) running.kill()
  }
}

function isOverDisk(folder: string, diskMib: number): boolean {
  const { work, output } = workloadPaths(folder)
  return diskUse([work, output]) > diskMib * 1024 * 1024
}

/** The order that a lease's funding gives by itself once it is used up or from another boot. */
function unfunded(lease: string, now: number): StopOrder | null {
  const funding = readFunding(lease)
  const ended =
    funding === null ||
    funding.bootId !== bootId() ||
    now >= funding.readyMs + funding.fundedSeconds * 1_000
  return ended ? { end: 'FUNDING_UNCONFIRMED', graceSeconds: UNFUNDED_GRACE_SECONDS } : null
}

function outcome(
  ending: Ending,
  order: StopOrder | null,
): { end: WorkloadEnd; exitCode: number | null; detail: string } {
  const end = order?.end ?? ownEnd(ending)
  const exitCode = end === 'START_FAILED' ? null : ending.exitCode
  return { end, exitCode, detail: ending.detail ?? '' }
}

function ownEnd({ end, outOfMemory, outOfProcesses }: Ending): WorkloadEnd {
  if (end !== undefined) return end
  if (outOfMemory) return 'OUT_OF_MEMORY'
  return outOfProcesses === true ? 'PROCESS_LIMIT' : 'EXITED'
}

function endOfFault(fault: Fault): WorkloadEnd {
  const ends: readonly WorkloadEnd[] = [
    'IMAGE_NOT_FOUND',
    'IMAGE_DIGEST',
    'FUNDING_UNCONFIRMED',
    'NODE_RESTARTED',
    'NODE_LOST',
    'EVICTED',
  ]
  return ends.find((end) => end === fault.code) ?? 'START_FAILED'
}

/** The end that an error of starting means. Throws what is none. */
function unstarted(error: unknown): Pick<ExitRecord, 'end' | 'detail'> {
  if (isFull(error)) return { end: 'START_FAILED', detail: 'the disk of the node is full' }
  if (!(error instanceof Fault)) throw error
  return { end: endOfFault(error), detail: detailOf(error) }
}

function detailOf(fault: Fault): string {
  return fault.cause instanceof Error ? `${fault.code}: ${fault.cause.message}` : fault.code
}

function saveMeter(folder: string, usage: Usage): void {
  wroteUnlessFull(() => writeWhole(workloadPaths(folder).meter, JSON.stringify(usage)))
}
