import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { printList } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { catalogView } from '../views/catalogue.ts'

export function register(program: Command): void {
  const { say } = shellOf(program)
  program.command('catalog').summary(say('help.catalog')).action(task(catalog))
}

/** What the page /catalog shows. */
async function catalog(cli: Cli): Promise<void> {
  printList(cli, catalogView, await (await cli.client()).getCatalog())
}
