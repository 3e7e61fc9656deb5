import type { Command } from 'commander'
import type { WhoAmI } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { printItem, type ListView } from '../output/print.ts'
import { when } from '../output/values.ts'
import { shellOf } from '../shell.ts'

export function register(program: Command): void {
  const { say } = shellOf(program)
  program
    .command('whoami')
    .summary(say('help.whoami'))
    .description(say('help.whoami'))
    .action(task(whoami))
}

async function whoami(cli: Cli): Promise<void> {
  const me = await (await cli.client()).whoAmI()
  printItem(cli, whoView, me)
}

const whoView: Pick<ListView<WhoAmI>, 'columns' | 'name'> = {
  columns: [
    { title: 'col.account', cell: ({ account }) => `${account.handle} (${account.id})` },
    { title: 'col.member', cell: ({ member }) => `${member.handle} (${member.id})` },
    { title: 'col.roles', cell: ({ member }) => member.roles.join(' ') },
    { title: 'col.key', cell: ({ key }) => `${key.label} (${key.id})` },
    { title: 'col.scopes', cell: ({ scopes }) => scopes.join(' ') },
    { title: 'col.expires', cell: ({ key }, cli) => when(cli, key.expires_at) },
    { title: 'col.url', cell: (_, cli) => cli.settings().url },
    { title: 'col.context', cell: (_, cli) => cli.settings().contextName ?? '-' },
    {
      title: 'col.sandbox',
      cell: ({ sandbox }, cli) => cli.say(sandbox ? 'sandbox.playMoney' : 'word.no'),
    },
  ],
  name: (one) => one.account.id,
}
