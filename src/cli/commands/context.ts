import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import {
  contextFiles,
  readContexts,
  useContext,
  userContextFile,
  writeContext,
} from '../context.ts'
import { UsageError } from '../errors.ts'
import { groupOf } from '../group.ts'
import { printDone, printItem, printList, type ListView } from '../output/print.ts'
import { findContexts } from '../settings.ts'
import { shellOf } from '../shell.ts'

interface AddOptions {
  readonly use?: boolean
}

/** A context without its key: enough of it to know it by. */
interface ShownContext {
  readonly name: string
  readonly current: boolean
  readonly url: string
  readonly key: string | null
  readonly account: string | null
  readonly file: string | null
}

const contextView: ListView<ShownContext> = {
  columns: [
    { title: 'col.current', cell: (one) => (one.current ? '*' : '') },
    { title: 'col.name', cell: (one) => one.name },
    { title: 'col.url', cell: (one) => one.url },
    { title: 'col.key', cell: (one) => one.key ?? '-' },
    { title: 'col.account', cell: (one) => one.account ?? '-' },
    { title: 'col.file', cell: (one) => one.file ?? '-' },
  ],
  name: (one) => one.name,
  empty: 'empty.contexts',
}

export function register(program: Command): void {
  const { say } = shellOf(program)
  const group = groupOf(program, 'context', 'help.contextGroup')
  group.command('list').alias('ls').summary(say('help.contextList')).action(task(list))
  group.command('show').alias('get').summary(say('help.contextShow')).action(task(show))
  group.command('use <context>').summary(say('help.contextUse')).action(task(use))
  group
    .command('add <name>')
    .summary(say('help.contextAdd'))
    .option('--use', say('help.contextAddUse'))
    .addHelpText('after', say('example.contextAdd'))
    .action(task(add))
}

async function list(cli: Cli): Promise<void> {
  const data = findContexts(cli.shell).map(({ isCurrent, key, ...one }) => ({
    ...one,
    current: isCurrent,
    key: masked(key),
  }))
  printList(cli, contextView, { data })
}

/** What a command typed here would use, flags and variables included. */
async function show(cli: Cli): Promise<void> {
  const { url, key, account, contextName, contextFile } = cli.settings()
  const own = findContexts(cli.shell).find((one) => one.name === contextName)
  const shown = {
    name: contextName ?? '-',
    current: true,
    url,
    key: masked(key),
    account: account ?? own?.account ?? null,
    file: contextFile,
  }
  printItem(cli, contextView, shown)
}

/** Written where a current context is looked for first, so that it holds for commands typed here. */
async function use(cli: Cli, _options: object, name: string): Promise<void> {
  const found = findContexts(cli.shell).find((one) => one.name === name)
  if (found === undefined) throw new UsageError(cli.say('error.noContext', { name }))
  const files = contextFiles(cli.host)
  const file = files.find((one) => readContexts(one).current !== null) ?? found.file
  useContext(file, name)
  printDone(cli, { name, file }, name, cli.say('done.contextUse', { name, url: found.url }))
}

/** Address and key come from `--url` and `--key`, or the key from SUAN_API_KEY or stdin. */
async function add(cli: Cli, options: AddOptions, name: string): Promise<void> {
  const url = cli.options.url ?? cli.host.env['SUAN_URL']
  if (url === undefined || !URL.canParse(url)) throw new UsageError(cli.say('error.contextUrl'))
  const given = cli.options.key ?? cli.host.env['SUAN_API_KEY']
  const key = given === '-' ? (await cli.host.stdin.text()).trim() : (given ?? null)
  const file = userContextFile(cli.host)
  writeContext(file, name, {
    url: url.replace(/\/+$/, ''),
    key,
    account: cli.options.account ?? null,
  })
  if (options.use === true) useContext(file, name)
  printDone(cli, { name, url, file }, name, cli.say('done.contextAdd', { name, file }))
}

function masked(key: string | null): string | null {
  return key === null ? null : `${key.slice(0, 10)}…${key.slice(-4)}`
}
