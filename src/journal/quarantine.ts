import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFileSync } from './files.ts'

/** A command or a timer that stopped the exchange, and the seq that it would have had. */
export interface QuarantinedCommand {
  readonly account: number
  readonly command: string
  readonly seq: number
  readonly kind: string
  readonly why: string
  /** of a Tick: the timer that it was firing; no command is held back then */
  readonly timer?: number
}

/** Commands and timers held back until an operator releases them. Durable when a call returns. */
export interface Quarantine {
  readonly entries: () => readonly QuarantinedCommand[]
  /** Blocks until durable: it is the last thing that a crashing process does. */
  readonly add: (entry: QuarantinedCommand) => void
  readonly release: (account: number, command: string) => void
  readonly releaseTimer: (timer: number) => void
}

/** The quarantine in `quarantine.json` of a folder: a file that an operator can read. */
export function openQuarantine(options: { readonly directory: string }): Quarantine {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 })
  const path = join(options.directory, 'quarantine.json')
  return quarantine(readEntries(path), (entries) => {
    replaceFileSync(path, Buffer.from(`${JSON.stringify(entries, null, 2)}\n`))
  })
}

/** A quarantine in memory; the array given is what survives a restart. */
export function memoryQuarantine(kept: QuarantinedCommand[] = []): Quarantine {
  return quarantine([...kept], (entries) => kept.splice(0, kept.length, ...entries))
}

function quarantine(
  start: readonly QuarantinedCommand[],
  keep: (entries: readonly QuarantinedCommand[]) => void,
): Quarantine {
  let entries = start
  const change = (next: readonly QuarantinedCommand[]): void => {
    keep(next)
    entries = next
  }
  const drop = (isGone: (entry: QuarantinedCommand) => boolean): void => {
    const next = entries.filter((entry) => !isGone(entry))
    if (next.length < entries.length) change(next)
  }
  return {
    entries: () => entries,
    add: (entry) => change([...entries, entry]),
    release: (account, command) =>
      drop((e) => e.timer === undefined && e.account === account && e.command === command),
    releaseTimer: (timer) => drop((e) => e.timer === timer),
  }
}

function readEntries(path: string): QuarantinedCommand[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as QuarantinedCommand[]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
