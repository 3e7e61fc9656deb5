import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { printDone } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { version } from '../version.ts'

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('version')
    .summary(say('help.version'))
    .description(say('help.version'))
    .action(task(show))
}

async function show(cli: Cli): Promise<void> {
  const { node } = process.versions
  const result = { version: version(), node, platform: `${process.platform}-${process.arch}` }
  const sentence = `suan ${result.version} (Node ${node}, ${result.platform})`
  printDone(cli, result, result.version, sentence)
}
