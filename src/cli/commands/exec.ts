import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { execInside } from '../reach/exec.ts'
import { shellOf } from '../shell.ts'

interface Options {
  readonly terminal?: boolean
  readonly stdin: boolean
}

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('exec <workload> <command...>')
    .summary(say('help.exec'))
    .description(say('help.exec'))
    .option('-t, --terminal', say('help.terminal'))
    .option('-n, --no-stdin', say('help.noStdin'))
    .addHelpText('after', say('example.exec'))
    .action(task(exec))
}

/** Ends with the exit code of the program. */
function exec(cli: Cli, options: Options, workload: string, command: string[]): Promise<number> {
  const hasTerminal = options.terminal === true
  return execInside(cli, { workload, command, hasTerminal, hasInput: options.stdin })
}
