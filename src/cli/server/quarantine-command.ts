/** `suan quarantine`: commands and timers that once stopped the exchange, and their release. */
import type { Command } from 'commander'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Client } from '../../client/index.ts'
import { openQuarantine, type QuarantinedCommand } from '../../journal/index.ts'
import { idOf } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { groupOf } from '../group.ts'
import { printDone, printList, type ListView } from '../output/print.ts'
import { shellOf } from '../shell.ts'

interface Options {
  readonly data?: string
}

/** What the operator sees of an entry: a command, or the timer that a Tick was firing. */
interface Held {
  readonly account_id: string | null
  readonly command_id: string | null
  readonly timer: number | null
  readonly kind: string
  readonly seq: number
  readonly why: string
}

const heldView: ListView<Held> = {
  columns: [
    { title: 'col.account', cell: (one) => one.account_id ?? '-' },
    { title: 'col.id', cell: (one) => one.command_id ?? '-' },
    { title: 'col.timer', cell: (one) => String(one.timer ?? '-'), right: true },
    { title: 'col.kind', cell: (one) => one.kind },
    { title: 'col.why', cell: (one) => one.why },
  ],
  name: (one) => one.command_id ?? String(one.timer),
  empty: 'empty.quarantine',
}

export function register(program: Command): void {
  const { say } = shellOf(program)
  const group = groupOf(program, 'quarantine', 'help.quarantine', [])
  const withFolder = (command: Command): Command =>
    command.option('--data <folder>', say('help.serverData'))
  withFolder(group.command('list').alias('ls'))
    .summary(say('help.quarantineList'))
    .action(task(list))
  withFolder(group.command('release <account> <command>'))
    .summary(say('help.quarantineRelease'))
    .action(task(release))
  withFolder(group.command('release-timer <timer>'))
    .summary(say('help.quarantineTimer'))
    .action(task(releaseTimer))
}

async function list(cli: Cli, options: Options): Promise<void> {
  const folder = folderOf(cli, options)
  const entries = existsSync(folder) ? openQuarantine({ directory: folder }).entries() : []
  printList(cli, heldView, { data: entries.map(heldOf), next_cursor: null })
}

async function release(
  cli: Cli,
  options: Options,
  account: string,
  command: string,
): Promise<void> {
  const client = await operatorClient(cli, options)
  const body = { account_id: account, command_id: command }
  const done = await client.releaseQuarantine({ body })
  printDone(cli, done, command, cli.say('done.quarantineReleased', { id: command }))
}

async function releaseTimer(cli: Cli, options: Options, timer: string): Promise<void> {
  const client = await operatorClient(cli, options)
  const done = await client.releaseTimer({ body: { timer: Number(timer) } })
  printDone(cli, done, timer, cli.say('done.quarantineReleased', { id: timer }))
}

/** With the key that is given, else with the operator's own where this is the exchange's machine. */
function operatorClient(cli: Cli, options: Options): Promise<Client> {
  const { url, key } = cli.settings()
  const given = cli.options.key ?? cli.host.env['SUAN_API_KEY']
  const path = join(folderOf(cli, options), 'secrets', 'operator.token')
  const own = given === undefined && existsSync(path) ? readFileSync(path, 'utf8').trim() : key
  return cli.clientAt(url, own)
}

function folderOf({ host }: Cli, options: Options): string {
  return resolve(options.data ?? host.env['SUAN_DATA_DIR'] ?? join(host.cwd, '.suan'))
}

function heldOf({ account, command, timer, kind, seq, why }: QuarantinedCommand): Held {
  const isTimer = timer !== undefined
  return {
    account_id: isTimer ? null : idOf('account', account),
    command_id: isTimer ? null : command,
    timer: timer ?? null,
    kind,
    seq,
    why,
  }
}
