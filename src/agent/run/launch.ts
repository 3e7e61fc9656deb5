import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { programUrl } from '../../kernel/index.ts'
import { Fault } from '../../messages/index.ts'
import { writeDurably, writeWhole } from '../files.ts'
import {
  readExit,
  readState,
  workloadPaths,
  type StopOrder,
  type SupervisorState,
} from '../lease-folder.ts'
import { bootId } from '../clock.ts'
import { isRunning, nameProcess } from '../proc/table.ts'
import type { Plan } from './plan.ts'

/**
 * Writes the plan, for the supervisor that waits for it or a new one, which then needs this process
 * no more.
 */
export function launch(folder: string, plan: Plan): void {
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  writeDurably(workloadPaths(folder).plan, JSON.stringify(plan))
  prestart(folder)
}

/**
 * Starts a workload's supervisor if it has none. Without a plan it waits for one, for as long as the
 * folder and this process are there: its own start is then over when the plan is made.
 */
export function prestart(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  if (standing(folder) === 'planned') startSupervisor(folder)
}

/** Starts a supervisor on a folder; one that finds the workload ended just exits. */
function startSupervisor(folder: string, ...mode: readonly 'adopt'[]): void {
  const daemon = String(process.pid)
  const errors = openSync(join(folder, 'supervisor.err'), 'a', 0o600)
  const program = fileURLToPath(programUrl('agent/supervisor', import.meta.url))
  const child = spawn(process.execPath, [program, folder, daemon, ...mode], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'ignore', errors],
  })
  child.unref()
  closeSync(errors)
  if (child.pid === undefined) throw new Fault('START_FAILED')
  // Known at once, so that the workload is never taken for an orphan while its supervisor starts.
  saveState(folder, child.pid, null)
}

/** Gives a workload whose supervisor died another one, which takes over what still runs. */
export function adopt(folder: string): void {
  rmSync(workloadPaths(folder).taken, { force: true })
  startSupervisor(folder, 'adopt')
}

/** Writes who looks after the workload, and its first process once there is one. */
export function saveState(folder: string, pid: number, root: number | null): void {
  const state: SupervisorState = {
    supervisor: nameProcess(pid),
    bootId: bootId(),
    root: root === null ? null : nameProcess(root),
  }
  writeWhole(workloadPaths(folder).state, JSON.stringify(state))
}

/** Orders a workload to end; the first order counts. */
export function orderStop(folder: string, order: StopOrder): void {
  const path = workloadPaths(folder).stop
  writeWhole(path, JSON.stringify(order))
}

/**
 * How a workload stands by what is on disk. `planned` was never taken by a supervisor, so nothing of
 * it can run; `orphaned` had a supervisor, which is gone and left no record of the end.
 */
export function standing(folder: string): Standing {
  // In this order: a supervisor writes the end and is gone, at any moment between the two looks.
  const state = readState(folder)
  const supervised = state?.bootId === bootId() && isRunning(state.supervisor)
  if (readExit(folder) !== null) return 'ended'
  if (supervised) return 'supervised'
  return existsSync(workloadPaths(folder).taken) ? 'orphaned' : 'planned'
}
export type Standing = 'planned' | 'supervised' | 'ended' | 'orphaned'

/** Claims a workload for the calling supervisor; false when another one has it or had it. */
export function take(folder: string): boolean {
  try {
    closeSync(openSync(workloadPaths(folder).taken, 'wx', 0o600))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
