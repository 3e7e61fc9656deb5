import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { printList } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { disputeView } from '../views/disputes.ts'

interface ListOptions {
  readonly open?: boolean
  readonly all?: boolean
}

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('disputes')
    .summary(say('help.disputes'))
    .description(say('help.disputes'))
    .option('--open', say('help.disputesOpen'))
    .option('--all', say('help.disputesAll'))
    .action(task(list))
}

async function list(cli: Cli, options: ListOptions): Promise<void> {
  const { account } = cli.settings()
  const query = {
    ...options,
    ...(account === null || options.all === true ? {} : { account_id: account }),
  }
  printList(cli, disputeView, await (await cli.client()).listDisputes({ query }))
}
