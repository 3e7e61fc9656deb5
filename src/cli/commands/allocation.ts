import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { groupOf } from '../group.ts'
import { parseDuration } from '../input/duration.ts'
import { printDone, printItem, printList } from '../output/print.ts'
import { money, span } from '../output/values.ts'
import { costOf, finalAllocation } from '../run/cost.ts'
import { shellOf } from '../shell.ts'
import { allocationView } from '../views/delivery.ts'
import { watched } from '../watch.ts'

interface ListOptions {
  readonly all?: boolean
  readonly watch?: boolean
}

export function register(program: Command): void {
  const { say } = shellOf(program)
  const group = groupOf(program, 'allocation', 'help.allocation')
  group
    .command('list')
    .alias('ls')
    .summary(say('help.allocationList'))
    .option('-a, --all', say('help.all'))
    .option('-w, --watch', say('help.watch'))
    .action(task(list))
  group.command('get <allocation>').summary(say('help.allocationGet')).action(task(get))
  group.command('close <allocation>').summary(say('help.allocationClose')).action(task(close))
  group
    .command('duration <allocation> <time>')
    .summary(say('help.allocationDuration'))
    .action(task(duration))
}

async function list(cli: Cli, options: ListOptions): Promise<void> {
  const client = await cli.client()
  const { account } = cli.settings()
  const query = {
    ...(options.all === true ? {} : { open: true }),
    ...(account === null ? {} : { account_id: account }),
  }
  await watched(cli, options.watch === true, [{ channel: 'allocations' }], async () => {
    printList(cli, allocationView, await client.listAllocations({ query }))
  })
}

async function get(cli: Cli, _options: object, allocation: string): Promise<void> {
  const client = await cli.client()
  printItem(
    cli,
    allocationView,
    await client.getAllocation({ params: { allocation_id: allocation } }),
  )
}

/** Says what it cost, once that is known. */
async function close(cli: Cli, _options: object, id: string): Promise<void> {
  const client = await cli.client()
  await client.closeAllocation({ params: { allocation_id: id } })
  const allocation = await finalAllocation(client, id)
  const { cost, seconds, isFinal } = costOf(allocation, cli.host.nowMs())
  const facts = { id, cost: money(cost, allocation.currency), seconds: span(cli, seconds) }
  printDone(cli, allocation, id, cli.say(isFinal ? 'done.closed' : 'done.closing', facts))
}

/** `2h` from the start, or `never`. */
async function duration(cli: Cli, _options: object, id: string, time: string): Promise<void> {
  const seconds = time === 'never' ? null : parseDuration(time)
  if (seconds === null && time !== 'never')
    throw new UsageError(cli.say('bad.duration', { value: time }))
  const done = await (
    await cli.client()
  ).setDuration({
    params: { allocation_id: id },
    body: { duration_seconds: seconds },
  })
  const sentence =
    seconds === null
      ? cli.say('done.openEnded', { id })
      : cli.say('done.duration', { id, time: span(cli, seconds) })
  printDone(cli, done, id, sentence)
}
