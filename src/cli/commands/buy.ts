import type { Command } from 'commander'
import type { PlaceOrderBody, Quote, Status } from '../../wire/index.ts'
import { readFileSync } from 'node:fs'
import { task, type Cli } from '../cli.ts'
import { UsageError } from '../errors.ts'
import { parseCount } from '../input/count.ts'
import { parseMoney } from '../input/money.ts'
import { parsed } from '../input/option.ts'
import { addNeedOptions, addTermOptions, quoteFor, type NeedOptions } from '../need.ts'
import { money } from '../output/values.ts'
import { tellPlaced } from '../placed.ts'
import { shellOf } from '../shell.ts'
import {
  addYesOption,
  checkMaySpend,
  confirmSpending,
  tellPlan,
  type SpendOptions,
} from '../spend.ts'
import { noOffer } from '../unavailable.ts'

interface BuyOptions extends NeedOptions, SpendOptions {
  readonly quote?: string
  readonly colocate?: boolean
  readonly partial?: boolean
  readonly standing?: boolean
  readonly maxCost?: string
  readonly label?: string
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const command = program.command('buy').summary(say('help.buy')).description(say('help.buy'))
  addYesOption(addTermOptions(addNeedOptions(command, shell), shell), shell)
    .option('-n, --count <n>', say('help.count'), parsed(shell, parseCount, 'bad.count'))
    .option('--quote <file>', say('help.quoteFile'))
    .option('--colocate', say('help.colocate'))
    .option('--partial', say('help.partial'))
    .option('--standing', say('help.standing'))
    .option('--max-cost <amount>', say('help.maxCost'), parsed(shell, parseMoney, 'bad.money'))
    .option('--label <text>', say('help.label'))
    .addHelpText('after', say('example.buy'))
    .action(task(buy))
}

async function buy(cli: Cli, options: BuyOptions): Promise<number> {
  checkMaySpend(cli, options, options.maxPrice !== undefined || options.quote !== undefined)
  const client = await cli.client()
  const status = await client.getStatus()
  const quote = await quoted(cli, options, status)
  const leg = quote.legs[0]
  if (leg === undefined) return noOffer(cli, quote)
  const { currency } = quote
  await tellPlan(cli, leg, { status, currency, duration: options.duration ?? null })
  const body = adjusted(leg.post_order_body, options)
  await confirmSpending(cli, options, cli.say('ask.buy', { total: money(leg.total, currency) }))
  return tellPlaced(cli, await client.placeOrder({ body }))
}

/** A fresh quote, or the one of a file (`-` reads stdin) that `suan quote -o json` wrote. */
async function quoted(cli: Cli, options: BuyOptions, status: Status): Promise<Quote> {
  if (options.quote === undefined) {
    return quoteFor(cli, options, { colocate: options.colocate === true, sandbox: status.sandbox })
  }
  const isStdin = options.quote === '-'
  const text = isStdin ? await cli.host.stdin.text() : readFileSync(options.quote, 'utf8')
  const quote = quoteOf(text)
  if (quote === null) throw new UsageError(cli.say('error.notAQuote', { file: options.quote }))
  return quote
}

function quoteOf(text: string): Quote | null {
  try {
    const value = JSON.parse(text) as Partial<Quote> | null
    return Array.isArray(value?.legs) ? (value as Quote) : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function adjusted(body: PlaceOrderBody, options: BuyOptions): PlaceOrderBody {
  return {
    ...body,
    ...(options.partial === true ? { time_in_force: 'IOC', all_or_none: false } : {}),
    ...(options.standing === true ? { time_in_force: 'GTC', standing: true } : {}),
    ...(options.duration === undefined ? {} : { duration_seconds: options.duration }),
    ...(options.maxCost === undefined ? {} : { cap: options.maxCost }),
    ...(options.label === undefined ? {} : { client_order_id: options.label }),
  }
}
