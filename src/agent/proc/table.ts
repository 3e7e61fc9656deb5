import { readFileSync, readdirSync } from 'node:fs'

/** One process as /proc/<pid>/stat shows it. */
export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** processor time of its own, and of children it has waited for, in microseconds */
  readonly cpuUs: number
  readonly childrenCpuUs: number
  /** ticks after boot at which it started: with the pid this names a process for ever */
  readonly startTicks: number
  readonly residentBytes: number
}

/** Linux reports times in 1/100 s and pages of 4 KiB on every platform Node supports by default. */
const TICK_US = 10_000
const PAGE_BYTES = 4_096

/** All processes now; empty where there is no /proc. */
export function processTable(): ProcessRow[] {
  return processIds()
    .map((pid) => processRow(pid))
    .filter((row) => row !== null)
}

/** One process, or null when it is gone. */
export function processRow(pid: number | 'self'): ProcessRow | null {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    // It ended between listing and reading.
    if (error instanceof Error) return null
    throw error
  }
  // The name is in parentheses and may hold spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const number = (index: number) => Number(fields[index - 3] ?? 0)
  if (fields[0] === 'Z' || fields[0] === 'X') return null
  return {
    pid: Number.parseInt(text, 10),
    parent: number(4),
    group: number(5),
    session: number(6),
    cpuUs: (number(14) + number(15)) * TICK_US,
    childrenCpuUs: (number(16) + number(17)) * TICK_US,
    startTicks: number(22),
    residentBytes: number(24) * PAGE_BYTES,
  }
}

/** Processes below `root`, with their depth: 0 is the root itself, 1 its children. */
export function descendants(
  root: number,
  table: readonly ProcessRow[],
): { readonly row: ProcessRow; readonly depth: number }[] {
  const found: { row: ProcessRow; depth: number }[] = []
  let level = table.filter((row) => row.pid === root)
  for (let depth = 0; level.length > 0; depth++) {
    for (const row of level) found.push({ row, depth })
    const parents = new Set(level.map((row) => row.pid))
    level = table.filter((row) => parents.has(row.parent) && row.pid !== row.parent)
  }
  return found
}

/** A process named so that a later one with the same number is not taken for it. */
export interface ProcessName {
  readonly pid: number
  readonly startTicks: number
}

/** The lasting name of a running process. */
export function nameProcess(pid: number): ProcessName {
  return { pid, startTicks: processRow(pid)?.startTicks ?? 0 }
}

/** Is exactly this process still running? */
export function isRunning(name: ProcessName): boolean {
  const row = processRow(name.pid)
  if (row !== null) return row.startTicks === name.startTicks
  // Without /proc the number alone must do.
  return name.startTicks === 0 && signalProcess(name.pid, 0)
}

/** Sends a signal; false when there is no such process. Negative ids are process groups. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch (error) {
    if (error instanceof Error) return []
    throw error
  }
}
