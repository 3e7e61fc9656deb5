import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { addPageOptions, pageOf, type PageOptions } from '../input/page.ts'
import { printList } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { disputeView } from '../views/disputes.ts'

interface ListOptions extends PageOptions {
  readonly open?: boolean
  readonly decided?: boolean
  readonly all?: boolean
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  addPageOptions(program.command('disputes'), shell)
    .summary(say('help.disputes'))
    .description(say('help.disputes'))
    .option('--open', say('help.disputesOpen'))
    .option('--decided', say('help.disputesDecided'))
    .option('--all', say('help.disputesAll'))
    .action(task(list))
}

async function list(cli: Cli, options: ListOptions): Promise<void> {
  const { account } = cli.settings()
  const query = {
    ...pageOf(options),
    ...(options.open === true ? { open: true } : options.decided === true ? { open: false } : {}),
    ...(options.all === true ? { all: true } : {}),
    ...(account === null || options.all === true ? {} : { account_id: account }),
  }
  printList(cli, disputeView, await (await cli.client()).listDisputes({ query }))
}
