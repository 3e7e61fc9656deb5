import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { addPageOptions, pageOf, type PageOptions } from '../input/page.ts'
import { printList } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { usageView } from '../views/money.ts'

interface UsageOptions extends PageOptions {
  readonly allocation?: string
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  addPageOptions(program.command('usage'), shell)
    .summary(say('help.usage'))
    .description(say('help.usage'))
    .option('--allocation <allocation>', say('help.usageAllocation'))
    .action(task(usage))
}

async function usage(cli: Cli, options: UsageOptions): Promise<void> {
  const { account } = cli.settings()
  const page = await (
    await cli.client()
  ).listUsage({
    query: {
      ...(options.allocation === undefined ? {} : { allocation_id: options.allocation }),
      ...(account === null ? {} : { account_id: account }),
      ...pageOf(options),
    },
  })
  printList(cli, usageView, page)
}
