/** `suan agent context`: all that a program needs to know to use `suan`, made from the command tree. */
import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { groupOf } from '../group.ts'
import { program } from '../program.ts'
import { shellOf } from '../shell.ts'

export function register(root: Command): void {
  const { say } = shellOf(root)
  groupOf(root, 'agent', 'help.agent', [])
    .command('context')
    .summary(say('help.agentContext'))
    .description(say('help.agentContext'))
    .action(task(context))
}

async function context(cli: Cli): Promise<void> {
  const { say, shell } = cli
  const root = await program(shell, [], { all: true })
  const parts = [
    say('agent.about'),
    say('help.after'),
    [say('help.titleGlobalOptions'), ...optionLines(root)].join('\n'),
    [say('help.titleCommands'), ...commandLines(root, root.name())].join('\n'),
  ]
  cli.host.stdout.write(`${parts.join('\n\n')}\n`)
}

/** Every command that does something: how it is called, what it does, and its own options. */
function commandLines(command: Command, path: string): string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help')
    .flatMap((one) => {
      const name = `${path} ${one.name()}`
      if (one.commands.length > 0) return commandLines(one, name)
      return [`${name} ${one.usage()}: ${one.summary()}`, ...optionLines(one)]
    })
}

function optionLines(command: Command): string[] {
  const help = command.createHelp()
  return help
    .visibleOptions(command)
    .filter((one) => one.long !== '--help')
    .map((one) => `  ${help.optionTerm(one)}: ${help.optionDescription(one)}`)
}
