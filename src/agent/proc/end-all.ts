import type { ChildProcess } from 'node:child_process'
import { descendants, processTable, signalProcess } from './table.ts'

/** Kills a program that leads its own process group, and all that came of it, in whatever group. */
export function endAll({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  const below = descendants(pid, processTable())
  signalProcess(-pid, 'SIGKILL')
  for (const { row } of below) signalProcess(row.pid, 'SIGKILL')
}
