import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { groupOf } from '../group.ts'
import { parseCount } from '../input/count.ts'
import { parseDuration } from '../input/duration.ts'
import { parseMoney } from '../input/money.ts'
import { parsed } from '../input/option.ts'
import { addPageOptions, pageOf, type PageOptions } from '../input/page.ts'
import { unitOf } from '../instruments.ts'
import { printDone, printItem, printList } from '../output/print.ts'
import { price, sentences, when } from '../output/values.ts'
import { shellOf } from '../shell.ts'
import { addYesOption, checkMaySpend, confirmSpending, type SpendOptions } from '../spend.ts'
import { fillView } from '../views/fill.ts'
import { orderView } from '../views/order.ts'
import { watched } from '../watch.ts'
import { registerPlace } from './order-place.ts'

interface ListOptions extends PageOptions {
  readonly all?: boolean
  readonly symbol?: string
  readonly watch?: boolean
}
interface AmendOptions extends SpendOptions {
  readonly units?: number
  readonly price?: string
}
interface SymbolOptions {
  readonly symbol?: string
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const group = groupOf(program, 'order', 'help.order')
  addPageOptions(group.command('list').alias('ls'), shell)
    .summary(say('help.orderList'))
    .option('-a, --all', say('help.all'))
    .option('--symbol <symbol>', say('help.symbol'))
    .option('-w, --watch', say('help.watch'))
    .action(task(list))
  group.command('get <order>').summary(say('help.orderGet')).action(task(get))
  addPageOptions(group.command('fills'), shell)
    .alias('fill')
    .summary(say('help.orderFills'))
    .option('--symbol <symbol>', say('help.symbol'))
    .action(task(fills))
  registerPlace(group, shell)
  addYesOption(group.command('amend <order>'), shell)
    .summary(say('help.orderAmend'))
    .option('-n, --units <n>', say('help.units'), parsed(shell, parseCount, 'bad.count'))
    .option('-p, --price <price>', say('help.price'), parsed(shell, parseMoney, 'bad.money'))
    .action(task(amend))
  group.command('cancel <order>').summary(say('help.orderCancel')).action(task(cancel))
  group
    .command('cancel-all')
    .summary(say('help.orderCancelAll'))
    .option('--symbol <symbol>', say('help.symbol'))
    .action(task(cancelAll))
  group
    .command('cancel-after <time>')
    .summary(say('help.orderCancelAfter'))
    .action(task(cancelAfter))
}

async function list(cli: Cli, options: ListOptions): Promise<void> {
  const client = await cli.client()
  const { account } = cli.settings()
  await watched(cli, options.watch === true, [{ channel: 'orders' }], async () => {
    const page = await client.listOrders({
      query: {
        status: options.all === true ? 'all' : 'open',
        ...(options.symbol === undefined ? {} : { symbol: options.symbol }),
        ...(account === null ? {} : { account_id: account }),
        ...pageOf(options),
      },
    })
    printList(cli, orderView, page)
  })
}

/** By id, or by the label that the order was given. */
async function get(cli: Cli, _options: object, order: string): Promise<void> {
  const client = await cli.client()
  const found = order.startsWith('ordr_')
    ? await client.getOrder({ params: { order_id: order } })
    : await client.getOrderByClientId({ params: { client_order_id: order } })
  printItem(cli, orderView, found)
}

async function fills(cli: Cli, options: SymbolOptions & PageOptions): Promise<void> {
  const { account } = cli.settings()
  const page = await (
    await cli.client()
  ).listFills({
    query: {
      ...(options.symbol === undefined ? {} : { symbol: options.symbol }),
      ...(account === null ? {} : { account_id: account }),
      ...pageOf(options),
    },
  })
  printList(cli, fillView, page)
}

/** More money at stake (a higher price or more units of a buy) is asked for like any spending. */
async function amend(cli: Cli, options: AmendOptions, order: string): Promise<void> {
  if ((options.price ?? options.units) === undefined)
    throw new UsageError(cli.say('error.noChange'))
  checkMaySpend(cli, options, true)
  const client = await cli.client()
  const before = await client.getOrder({ params: { order_id: order } })
  const change = {
    ...(options.units === undefined ? {} : { units: options.units }),
    ...(options.price === undefined ? {} : { price: options.price }),
  }
  const { say } = cli
  const { symbol, currency } = before
  const unit = await unitOf(cli, symbol)
  const facts = (units: number, limit: string | null) => {
    const shown = limit === null ? say('order.bestPrice') : price(cli, limit, unit, currency)
    return { order, symbol, units, price: shown }
  }
  const wanted = facts(options.units ?? before.units, options.price ?? before.price)
  await confirmSpending(cli, options, say('ask.amend', wanted))
  const done = await client.amendOrder({ params: { order_id: order }, body: change })
  const kept = say(done.kept_priority ? 'done.keptPriority' : 'done.lostPriority')
  const changed = say('done.amended', facts(done.units, done.price))
  printDone(cli, done, order, sentences(cli, changed, kept))
}

async function cancel(cli: Cli, _options: object, order: string): Promise<void> {
  const done = await (await cli.client()).cancelOrder({ params: { order_id: order } })
  printDone(cli, done, done.order_ids.join('\n'), cli.say('done.cancelled', { order }))
}

async function cancelAll(cli: Cli, options: SymbolOptions): Promise<void> {
  const query = options.symbol === undefined ? {} : { symbol: options.symbol }
  const done = await (await cli.client()).cancelOrders({ query })
  const count = done.order_ids.length
  printDone(cli, done, done.order_ids.join('\n'), cli.say('done.cancelledAll', { count }))
}

/** `0` disarms; anything else is a duration with its unit. */
async function cancelAfter(cli: Cli, _options: object, time: string): Promise<void> {
  const seconds = time === '0' ? 0 : parseDuration(time)
  if (seconds === null) throw new UsageError(cli.say('bad.duration', { value: time }))
  const done = await (await cli.client()).cancelAfter({ body: { timeout_s: seconds } })
  const { fires_at: at } = done
  const text =
    at === null
      ? cli.say('done.cancelAfterOff')
      : cli.say('done.cancelAfter', { at: when(cli, at) })
  printDone(cli, done, at ?? '', text)
}
