import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
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

/** Writes the plan and starts the workload's supervisor, which then needs this process no more. */
export function launch(folder: string, plan: Plan): void {
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  writeDurably(workloadPaths(folder).plan, JSON.stringify(plan))
  startSupervisor(folder)
}

/** Starts a supervisor on a folder that has a plan; one that finds the workload ended just exits. */
export function startSupervisor(folder: string): void {
  const errors = openSync(join(folder, 'supervisor.err'), 'a', 0o600)
  const program = fileURLToPath(programUrl('agent/supervisor', import.meta.url))
  const child = spawn(process.execPath, [program, folder], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'ignore', errors],
  })
  child.unref()
  closeSync(errors)
  if (child.pid === undefined) throw new Fault('START_FAILED')
  // Known at once, so that the workload is never taken for an orphan while its supervisor starts.
  saveState(folder, child.pid, false)
}

/** Writes who looks after the workload, and whether its program was started. */
export function saveState(folder: string, pid: number, started: boolean): void {
  const state: SupervisorState = { supervisor: nameProcess(pid), bootId: bootId(), started }
  writeWhole(workloadPaths(folder).state, JSON.stringify(state))
}

/** Orders a workload to end; the first order counts. */
export function orderStop(folder: string, order: StopOrder): void {
  const path = workloadPaths(folder).stop
  writeWhole(path, JSON.stringify(order))
}

/** How a workload stands by what is on disk: `orphaned` has neither supervisor nor exit record. */
export function standing(folder: string): 'ended' | 'supervised' | 'orphaned' {
  if (readExit(folder) !== null) return 'ended'
  const state = readState(folder)
  return state !== null && isSupervised(state) ? 'supervised' : 'orphaned'
}

function isSupervised(state: SupervisorState): boolean {
  return state.bootId === bootId() && isRunning(state.supervisor)
}
