import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { candidates } from '../completion/candidates.ts'
import { program as tree } from '../program.ts'
import { shellOf } from '../shell.ts'

/** `suan __complete -- words…`, for the scripts of `suan completion`. */
export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('__complete [words...]', { hidden: true })
    .summary(say('help.completion'))
    .action(task(complete))
}

async function complete(cli: Cli, _options: object, words: string[]): Promise<void> {
  const root = await tree(cli.shell, words)
  const found = await candidates(cli, root, words)
  cli.host.stdout.write(found.map((one) => `${one}\n`).join(''))
}
