import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { SCRIPTS, type ShellName } from '../completion/scripts.ts'
import { UsageError } from '../errors.ts'
import { shellOf } from '../shell.ts'

const SHELLS = Object.keys(SCRIPTS) as ShellName[]

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('completion <shell>')
    .summary(say('help.completion'))
    .description(say('help.completion'))
    .addHelpText('after', say('example.completion'))
    .action(task(completion))
}

async function completion(cli: Cli, _options: object, name: string): Promise<void> {
  const shell = SHELLS.find((one) => one === name)
  if (shell === undefined) {
    throw new UsageError(cli.say('bad.word', { value: name, words: SHELLS.join(', ') }))
  }
  cli.host.stdout.write(SCRIPTS[shell])
}
