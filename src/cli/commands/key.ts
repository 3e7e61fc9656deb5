import type { Command } from 'commander'
import { scope as scopes, type Scope } from '../../messages/index.ts'
import { task, type Cli } from '../cli.ts'
import { groupOf } from '../group.ts'
import { parseMoney } from '../input/money.ts'
import { parsed } from '../input/option.ts'
import { parseWhen } from '../input/when.ts'
import { printData, printDone, printList } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { keyView } from '../views/people.ts'

interface CreateOptions {
  readonly label: string
  readonly scope: readonly Scope[]
  readonly expires?: string
  readonly cap?: string
  readonly publicKey?: string
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const group = groupOf(program, 'key', 'help.keyGroup')
  group.command('list').alias('ls').summary(say('help.keyList')).action(task(list))
  const parse = (text: string): string | null => parseWhen(text, shell.host.nowMs())
  group
    .command('create')
    .summary(say('help.keyCreate'))
    .option('--label <text>', say('help.keyLabel'), 'command line')
    .option('--scope <scopes>', say('help.keyScope'), parsed(shell, parseScopes, 'bad.scopes'), [
      'read',
    ])
    .option('--expires <time>', say('help.keyExpires'), parsed(shell, parse, 'bad.when'))
    .option('--cap <amount>', say('help.keyCap'), parsed(shell, parseMoney, 'bad.money'))
    .option('--public-key <hex>', say('help.keyPublic'))
    .action(task(create))
  group.command('revoke <key>').summary(say('help.keyRevoke')).action(task(revoke))
}

function parseScopes(text: string): Scope[] | null {
  const words = text.split(',')
  const known = scopes.values.filter((one) => words.includes(one))
  return known.length === words.length ? known : null
}

async function list(cli: Cli): Promise<void> {
  const { account } = cli.settings()
  const query = account === null ? {} : { account_id: account }
  printList(cli, keyView, await (await cli.client()).listKeys({ query }))
}

/** The token is all of stdout, so that it can go straight into a file or variable. */
async function create(cli: Cli, options: CreateOptions): Promise<void> {
  const { account } = cli.settings()
  const issued = await (
    await cli.client()
  ).issueKey({
    body: {
      label: options.label,
      scopes: [...options.scope],
      expires_at: options.expires ?? null,
      cap: options.cap ?? null,
      public_key: options.publicKey ?? null,
      ...(account === null ? {} : { account_id: account }),
    },
  })
  if (!cli.forPeople) return printData(cli, issued, issued.key.id)
  const facts = { id: issued.key.id, scopes: issued.key.scopes.join(' ') }
  cli.tell(cli.say(issued.token === null ? 'done.keyIssued' : 'done.keyCreated', facts))
  if (issued.token !== null) cli.host.stdout.write(`${issued.token}\n`)
}

async function revoke(cli: Cli, _options: object, id: string): Promise<void> {
  const done = await (await cli.client()).revokeKey({ params: { key_id: id } })
  printDone(cli, done, id, cli.say('done.keyRevoked', { id }))
}
