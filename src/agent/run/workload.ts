import { rmSync } from 'node:fs'
import { bootId } from '../clock.ts'
import type { Allocation, Driver, Task } from '../drivers/driver.ts'
import {
  leasePaths,
  readExit,
  workloadPaths,
  type ExitRecord,
  type Funding,
  type StopOrder,
} from '../lease-folder.ts'
import { writeDurably } from '../files.ts'
import { launch, orderStop, standing, type Standing } from './launch.ts'
import { readLog } from './log-file.ts'
import type { Stream } from './plan.ts'
import { start } from './start.ts'

/** One workload as seen from outside its supervisor, through its folder alone. */
export interface WorkloadHandle {
  readonly folder: string
  readonly standing: () => Standing
  /** null until it has ended */
  readonly exit: () => ExitRecord | null
  /** whole log frames from an offset of the log file, at most `maxBytes` */
  readonly log: (offset: number, maxBytes: number) => Uint8Array
  readonly stop: (order: StopOrder) => void
}

/** The workload that lives in a folder. */
export function workloadAt(folder: string): WorkloadHandle {
  return {
    folder,
    standing: () => standing(folder),
    exit: () => readExit(folder),
    log: (offset, maxBytes) => readLog(workloadPaths(folder).log, offset, maxBytes),
    stop: (order) => orderStop(folder, order),
  }
}

/**
 * Starts a task under a supervisor of its own; the allocation must be funded. What the driver cannot
 * run throws Fault IMAGE_NOT_FOUND or START_FAILED.
 */
export async function startWorkload(
  driver: Driver,
  allocation: Allocation,
  task: Task,
): Promise<WorkloadHandle> {
  launch(task.folder, await driver.prepare(allocation, task))
  return workloadAt(task.folder)
}

/** Says that the allocation may run for `fundedSeconds` counted from `readyMs` (monotonic). */
export function setFunding(leaseFolder: string, readyMs: number, fundedSeconds: number): void {
  const funding: Funding = { bootId: bootId(), readyMs, fundedSeconds }
  writeDurably(leasePaths(leaseFolder).funding, JSON.stringify(funding))
}

/** What a short program inside an allocation printed and how it ended. */
export interface InsideResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a short program inside the allocation, with the same isolation and limits as a workload, and
 * waits for it, at most `timeoutMs`. Not under a supervisor: if this process dies, so does it.
 */
export async function runInside(
  driver: Driver,
  allocation: Allocation,
  command: readonly string[],
  timeoutMs = 60_000,
): Promise<InsideResult> {
  const folder = leasePaths(allocation.folder).workload(0)
  const spec = { ...EMPTY_SPEC, command: [...command] }
  const text: Record<Stream, string> = { stdout: '', stderr: '' }
  try {
    const plan = await driver.prepare(allocation, { workload: 0, spec, folder })
    const running = await start(plan, (stream, bytes) => {
      text[stream] += Buffer.from(bytes).toString()
    })
    const late = setTimeout(running.kill, timeoutMs)
    try {
      const { exitCode } = await running.ended
      return { exitCode, ...text }
    } finally {
      clearTimeout(late)
      await running.forget()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const EMPTY_SPEC = {
  environment: [],
  image: null,
  workingDirectory: null,
  inputs: [],
  outputPath: null,
}
