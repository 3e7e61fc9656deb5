import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { execInside } from '../reach/exec.ts'
import { shellOf } from '../shell.ts'

/** The better shell where there is one. */
const SHELL = ['/bin/sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash; exec sh']

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('shell <workload>')
    .summary(say('help.shell'))
    .description(say('help.shell'))
    .action(task(shell))
}

/** Without a terminal here it reads commands from standard input. */
function shell(cli: Cli, _options: object, workload: string): Promise<number> {
  const hasTerminal = cli.host.bytes.terminal !== null
  return execInside(cli, { workload, command: SHELL, hasTerminal, hasInput: true })
}
