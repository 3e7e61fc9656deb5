/** One command line: where it runs, its language, and the exit code it comes to. */
import type { Command } from 'commander'
import { assert } from '../kernel/index.ts'
import type { Host } from './host.ts'
import { languageOf, type Language } from './language.ts'
import { sayIn, type Say } from './texts.ts'

export interface Shell {
  readonly host: Host
  readonly language: Language
  readonly say: Say
  exitCode: number
}

const shells = new WeakMap<Command, Shell>()

export function openShell(argv: readonly string[], host: Host): Shell {
  const language = languageOf(argv, host.env)
  return { host, language, say: sayIn(language), exitCode: 0 }
}

/** Ties the command tree to its shell, so that a command file needs nothing but its parent. */
export function attachShell(program: Command, shell: Shell): void {
  shells.set(program, shell)
}

/** The shell of the tree that a command belongs to. */
export function shellOf(command: Command): Shell {
  let root = command
  while (root.parent !== null) root = root.parent
  const shell = shells.get(root)
  assert(shell !== undefined, 'a command tree has a shell')
  return shell
}
