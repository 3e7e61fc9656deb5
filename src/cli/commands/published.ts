import type { Command } from 'commander'
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { groupOf } from '../group.ts'
import { printDone, printList } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { publishedView, resultView } from '../views/published.ts'

interface ImportOptions {
  readonly source: string
  readonly date: string
}

export function register(program: Command): void {
  const { say } = shellOf(program)
  const group = groupOf(program, 'published', 'help.published', [])
  group.command('list').alias('ls').summary(say('help.publishedList')).action(task(list))
  group
    .command('show <model>')
    .summary(say('help.publishedShow'))
    .option('--gpu', say('help.publishedGpu'))
    .action(task(show))
  group
    .command('import <file>')
    .summary(say('help.publishedImport'))
    .requiredOption('--source <text>', say('help.publishedSource'))
    .requiredOption('--date <day>', say('help.publishedDate'))
    .action(task(importFile))
}

async function list(cli: Cli): Promise<void> {
  printList(cli, publishedView, await (await cli.client()).listPublished())
}

async function show(cli: Cli, options: { readonly gpu?: boolean }, model: string): Promise<void> {
  const kind = options.gpu === true ? 'gpu' : 'cpu'
  printList(
    cli,
    resultView,
    await (await cli.client()).searchPublished({ query: { kind, model, limit: 200 } }),
  )
}

/** All of the file or nothing: what is wrong is told with its lines. */
async function importFile(cli: Cli, options: ImportOptions, path: string): Promise<void> {
  const full = resolve(cli.host.cwd, path)
  if (statSync(full, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new UsageError(cli.say('error.noFile', { path }))
  }
  const query = { source: options.source, published: options.date }
  const client = await cli.client()
  const done = await client.importPublished({ query, body: readFileSync(full) })
  const { rows, publisher, format } = done
  printDone(cli, done, format, cli.say('done.published', { rows, publisher }))
}
