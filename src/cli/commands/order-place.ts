import type { Command } from 'commander'
import { SuanError } from '../../client/index.ts'
import type { PlaceOrderBody } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { parseCount } from '../input/count.ts'
import { parseDuration } from '../input/duration.ts'
import { parseMoney } from '../input/money.ts'
import { oneOfWords, parsed } from '../input/option.ts'
import { parseWhen } from '../input/when.ts'
import { UsageError } from '../errors.ts'
import { unitOf } from '../instruments.ts'
import { printData } from '../output/print.ts'
import { money, price } from '../output/values.ts'
import { tellPlaced } from '../placed.ts'
import type { Shell } from '../shell.ts'
import { addYesOption, checkMaySpend, confirmSpending, type SpendOptions } from '../spend.ts'

interface PlaceOptions extends SpendOptions {
  readonly units: number
  readonly price?: string
  readonly tif?: 'GTC' | 'IOC' | 'FOK' | 'GTD'
  readonly type?: 'limit' | 'market_to_limit'
  readonly expire?: string
  readonly postOnly?: boolean
  readonly allOrNone?: boolean
  readonly colocate?: boolean
  readonly minUnits?: number
  readonly standing?: boolean
  readonly stp?: 'expire_maker' | 'expire_taker' | 'expire_both' | 'decrement'
  readonly horizon?: number
  readonly duration?: number
  readonly maxCost?: string
  readonly node?: string
  readonly label?: string
}

/** `suan order place buy|sell SYMBOL -n UNITS -p PRICE`: the trading path, without a quote. */
export function registerPlace(group: Command, shell: Shell): void {
  const { say } = shell
  const parse = (text: string): string | null => parseWhen(text, shell.host.nowMs())
  const count = parsed(shell, parseCount, 'bad.count')
  const amount = parsed(shell, parseMoney, 'bad.money')
  const duration = parsed(shell, parseDuration, 'bad.duration')
  addYesOption(group.command('place <side> <symbol>'), shell)
    .summary(say('help.orderPlace'))
    .requiredOption('-n, --units <n>', say('help.units'), count)
    .option('-p, --price <price>', say('help.price'), amount)
    .option('--tif <tif>', say('help.tif'), oneOfWords(shell, ['GTC', 'IOC', 'FOK', 'GTD']))
    .option('--type <type>', say('help.type'), oneOfWords(shell, ['limit', 'market_to_limit']))
    .option('--expire <time>', say('help.expire'), parsed(shell, parse, 'bad.when'))
    .option('--post-only', say('help.postOnly'))
    .option('--all-or-none', say('help.allOrNone'))
    .option('--colocate', say('help.colocate'))
    .option('--min-units <n>', say('help.minUnits'), count)
    .option('--standing', say('help.standing'))
    .option(
      '--stp <mode>',
      say('help.stp'),
      oneOfWords(shell, ['expire_maker', 'expire_taker', 'expire_both', 'decrement']),
    )
    .option('--horizon <time>', say('help.horizon'), duration)
    .option('-d, --duration <time>', say('help.duration'), duration)
    .option('--max-cost <amount>', say('help.maxCost'), amount)
    .option('--node <node>', say('help.node'))
    .option('--label <text>', say('help.label'))
    .addHelpText('after', say('example.orderPlace'))
    .action(task(place))
}

async function place(
  cli: Cli,
  options: PlaceOptions,
  side: string,
  symbol: string,
): Promise<number> {
  if (side !== 'buy' && side !== 'sell') {
    throw new UsageError(cli.say('bad.word', { value: side, words: 'buy, sell' }))
  }
  const body = bodyOf(options, side, symbol)
  if (side === 'buy') checkMaySpend(cli, options, options.price !== undefined)
  const client = await cli.client()
  const checked = await client.checkOrder({ body })
  const { problem } = checked
  if (problem !== null) {
    const { code, detail, status } = problem
    throw new SuanError({ code, message: detail, status, problem })
  }
  const { say } = cli
  const held = checked.escrow === null ? '-' : money(checked.escrow, checked.currency)
  const facts = {
    side: say(side === 'buy' ? 'word.buy' : 'word.sell'),
    units: options.units,
    symbol,
    price:
      options.price === undefined
        ? say('order.bestPrice')
        : price(cli, options.price, await unitOf(cli, symbol), checked.currency),
    held,
  }
  cli.tell(say('order.plan', facts))
  if (cli.options.dryRun === true) printData(cli, checked, '')
  if (side === 'buy') await confirmSpending(cli, options, say('ask.order', { held }))
  return tellPlaced(cli, await client.placeOrder({ body }))
}

function bodyOf(options: PlaceOptions, side: 'buy' | 'sell', symbol: string): PlaceOrderBody {
  const cannotRest = options.allOrNone === true || options.colocate === true
  return {
    symbol,
    side,
    units: options.units,
    type: options.type ?? (options.price === undefined ? 'market_to_limit' : 'limit'),
    price: options.price ?? null,
    time_in_force:
      options.tif ?? (cannotRest ? 'FOK' : options.expire === undefined ? 'GTC' : 'GTD'),
    expire_at: options.expire ?? null,
    post_only: options.postOnly === true,
    all_or_none: options.allOrNone === true,
    colocate: options.colocate === true,
    standing: options.standing === true,
    duration_seconds: options.duration ?? null,
    cap: options.maxCost ?? null,
    node_id: options.node ?? null,
    client_order_id: options.label ?? null,
    ...(options.minUnits === undefined ? {} : { min_units: options.minUnits }),
    ...(options.stp === undefined ? {} : { stp_mode: options.stp }),
    ...(options.horizon === undefined ? {} : { horizon_seconds: options.horizon }),
  }
}
