import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { LeaseEnd, NoticeKind, WorkloadEnd } from '../messages/index.ts'
import { readJson } from './files.ts'
import type { ProcessName } from './proc/table.ts'

/** `funding.json` of a lease folder: how long it may run, replaced whole by the daemon. */
export interface Funding {
  readonly bootId: string
  /** monotonic instant of readiness, from which funded seconds count */
  readonly readyMs: number
  readonly fundedSeconds: number
}

/** `notice.json` of a lease folder: what its programs are told, once it is time. */
export interface NoticeOrder {
  readonly bootId: string
  /** monotonic instant from which on they are told */
  readonly fromMs: number
  readonly notice: NoticeText
}
/** What a program reads in its notice. */
export interface NoticeText {
  readonly kind: NoticeKind
  readonly reason: LeaseEnd
  /** when it is ended, by the exchange's clock */
  readonly ends_at: string
}

/** `stop.json` of a workload folder: the daemon's order to end it. */
export interface StopOrder {
  readonly end: WorkloadEnd
  readonly graceSeconds: number
}

/** `state.json` of a workload folder: who looks after it. */
export interface SupervisorState {
  readonly supervisor: ProcessName
  readonly bootId: string
  /** first process of the program; null before it was started, and for containers */
  readonly root: ProcessName | null
}

/** `meter.json` of a workload folder: totals so far. */
export interface WorkloadMeter {
  readonly cpuUs: number
  readonly memoryPeakBytes: number
}

/** `exit.json` of a workload folder: written last, on disk before anyone is told. */
export interface ExitRecord extends WorkloadMeter {
  readonly end: WorkloadEnd
  /** null when the program never ran */
  readonly exitCode: number | null
  readonly detail: string
  readonly logTruncated: boolean
}

/** Paths inside the folder of a lease. */
export const leasePaths = (folder: string) => ({
  lease: join(folder, 'lease.json'),
  funding: join(folder, 'funding.json'),
  notice: join(folder, 'notice.json'),
  beats: join(folder, 'beats'),
  workloads: join(folder, 'workloads'),
  workload: (id: number) => join(folder, 'workloads', String(id)),
})

/** Name of the file in which a program finds a notice. */
export const NOTICE_FILE = 'notice.json'

/** Paths inside the folder of a workload, which lies two levels below that of its lease. */
export const workloadPaths = (folder: string) => ({
  plan: join(folder, 'plan.json'),
  state: join(folder, 'state.json'),
  /** made by the supervisor that runs it: there is never a second one */
  taken: join(folder, 'taken'),
  stop: join(folder, 'stop.json'),
  meter: join(folder, 'meter.json'),
  exit: join(folder, 'exit.json'),
  log: join(folder, 'log'),
  work: join(folder, 'work'),
  inputs: join(folder, 'inputs'),
  output: join(folder, 'output'),
  /** seen by the program, which cannot write to it where it is kept apart */
  told: join(folder, 'told'),
  notice: join(folder, 'told', NOTICE_FILE),
  lease: join(folder, '..', '..'),
})

/** Ids of the workloads that a lease folder holds. */
export function workloadsIn(folder: string): number[] {
  return numbersIn(leasePaths(folder).workloads)
}

/** Ids that name the subfolders of a folder; none when it is not there. */
export function numbersIn(folder: string): number[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
}

export const readFunding = (folder: string) =>
  readJson(leasePaths(folder).funding) as Funding | null
export const readNotice = (folder: string) =>
  readJson(leasePaths(folder).notice) as NoticeOrder | null
export const readStop = (folder: string) => readJson(workloadPaths(folder).stop) as StopOrder | null
export const readState = (folder: string) =>
  readJson(workloadPaths(folder).state) as SupervisorState | null
export const readExit = (folder: string) =>
  readJson(workloadPaths(folder).exit) as ExitRecord | null
export const readMeter = (folder: string) =>
  readJson(workloadPaths(folder).meter) as WorkloadMeter | null
