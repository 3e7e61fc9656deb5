/** Files kept with the exchange: put, get, list, remove, and how much of the quota is used. */
import type { Command } from 'commander'
import { createWriteStream, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { groupOf } from '../group.ts'
import { addPageOptions, pageOf, type PageOptions } from '../input/page.ts'
import { printDone, printItem, printList } from '../output/print.ts'
import { storeFile } from '../run/inputs.ts'
import { shellOf } from '../shell.ts'
import { objectUsageView, objectView } from '../views/object.ts'

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const group = groupOf(program, 'object', 'help.object')
  group.command('put <file>').summary(say('help.objectPut')).action(task(put))
  group.command('get <digest> <file>').summary(say('help.objectGet')).action(task(get))
  addPageOptions(group.command('ls').alias('list'), shell)
    .summary(say('help.objectList'))
    .action(task(list))
  group.command('rm <digest>').summary(say('help.objectRemove')).action(task(remove))
  group.command('usage').summary(say('help.objectUsage')).action(task(usage))
}

async function put(cli: Cli, _options: object, path: string): Promise<void> {
  const full = resolve(cli.host.cwd, path)
  const stat = statSync(full, { throwIfNoEntry: false })
  if (stat?.isFile() !== true) throw new UsageError(cli.say('error.noFile', { path }))
  const stored = await storeFile(await cli.client(), full, stat.size)
  printItem(cli, objectView, stored)
}

async function get(cli: Cli, _options: object, digest: string, path: string): Promise<void> {
  const { download } = await import('../../client/index.ts')
  const client = await cli.client()
  const bytes = download((from) => client.getObject({ params: { digest }, from }))
  await pipeline(Readable.from(bytes), createWriteStream(resolve(cli.host.cwd, path)))
  printDone(cli, { digest, path }, digest, cli.say('done.objectGet', { path }))
}

async function list(cli: Cli, options: PageOptions): Promise<void> {
  printList(cli, objectView, await (await cli.client()).listObjects({ query: pageOf(options) }))
}

async function remove(cli: Cli, _options: object, digest: string): Promise<void> {
  const gone = await (await cli.client()).removeObject({ params: { digest } })
  printDone(cli, gone, digest, cli.say('done.objectRemove', { digest }))
}

async function usage(cli: Cli): Promise<void> {
  printItem(cli, objectUsageView, await (await cli.client()).getObjectUsage())
}
