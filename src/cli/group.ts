import type { Command } from 'commander'
import { shellOf } from './shell.ts'
import type { TextKey } from './texts.ts'

/** The group of commands with this name, made at first use; nouns that can be counted also in the plural. */
export function groupOf(
  program: Command,
  name: string,
  summary: TextKey,
  aliases: readonly string[] = [`${name}s`],
): Command {
  const found = program.commands.find((one) => one.name() === name)
  if (found !== undefined) return found
  const { say } = shellOf(program)
  return program.command(name).summary(say(summary)).description(say(summary)).aliases(aliases)
}
