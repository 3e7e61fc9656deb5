import type { Command } from 'commander'
import { task, type Cli } from '../cli.ts'
import { groupOf } from '../group.ts'
import { parseCount } from '../input/count.ts'
import { oneOfWords, parsed } from '../input/option.ts'
import { addPageOptions, pageOf, type PageOptions } from '../input/page.ts'
import { parseWhen } from '../input/when.ts'
import { printBook } from '../output/book.ts'
import { printData, printList } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { candleView, instrumentView, namedCandle, tickerView, tradeView } from '../views/market.ts'
import { watched } from '../watch.ts'

interface WatchOptions {
  readonly watch?: boolean
}
interface BookOptions extends WatchOptions {
  readonly depth?: number
}
interface CandleOptions {
  readonly interval?: '1m' | '5m' | '15m' | '1h' | '1d'
  readonly from?: string
  readonly until?: string
  readonly limit?: number
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const group = groupOf(program, 'market', 'help.market')
  group
    .command('list')
    .aliases(['ls', 'tickers', 'ticker'])
    .summary(say('help.marketList'))
    .option('-w, --watch', say('help.watch'))
    .action(task(tickers))
  group
    .command('instruments')
    .alias('instrument')
    .summary(say('help.marketInstruments'))
    .action(task(instruments))
  group
    .command('book <symbol>')
    .summary(say('help.marketBook'))
    .option('-w, --watch', say('help.watch'))
    .option('--depth <levels>', say('help.depth'), parsed(shell, parseCount, 'bad.count'))
    .action(task(book))
  addPageOptions(group.command('trades <symbol>'), shell)
    .summary(say('help.marketTrades'))
    .option('-w, --watch', say('help.watch'))
    .action(task(trades))
  const parse = (text: string): string | null => parseWhen(text, shell.host.nowMs())
  group
    .command('candles <symbol>')
    .summary(say('help.marketCandles'))
    .option(
      '--interval <interval>',
      say('help.interval'),
      oneOfWords(shell, ['1m', '5m', '15m', '1h', '1d']),
    )
    .option('--from <time>', say('help.from'), parsed(shell, parse, 'bad.when'))
    .option('--until <time>', say('help.until'), parsed(shell, parse, 'bad.when'))
    .option('--limit <n>', say('help.limit'), parsed(shell, parseCount, 'bad.count'))
    .action(task(candles))
}

async function tickers(cli: Cli, options: WatchOptions): Promise<void> {
  const client = await cli.client()
  await watched(cli, options.watch === true, [{ channel: 'tickers' }], async () => {
    printList(cli, tickerView, await client.listTickers())
  })
}

async function instruments(cli: Cli): Promise<void> {
  printList(cli, instrumentView, await (await cli.client()).listInstruments())
}

async function book(cli: Cli, options: BookOptions, symbol: string): Promise<void> {
  const client = await cli.client()
  const depth = options.depth ?? 10
  const channel = { channel: 'book', args: { symbol, depth } } as const
  await watched(cli, options.watch === true, [channel], async () => {
    const answer = await client.getBook({ params: { symbol }, query: { depth } })
    if (!cli.forPeople) return printData(cli, answer, symbol)
    const instrument = await client.getInstrument({ params: { symbol } })
    printBook(cli, answer, instrument)
  })
}

async function trades(
  cli: Cli,
  options: WatchOptions & PageOptions,
  symbol: string,
): Promise<void> {
  const client = await cli.client()
  const channel = { channel: 'trades', args: { symbol } } as const
  await watched(cli, options.watch === true, [channel], async () => {
    const query = pageOf(options)
    printList(cli, tradeView, await client.listTrades({ params: { symbol }, query }))
  })
}

async function candles(cli: Cli, options: CandleOptions, symbol: string): Promise<void> {
  const { interval, from, until, limit } = options
  const answer = await (
    await cli.client()
  ).listCandles({
    params: { symbol },
    query: {
      ...(interval === undefined ? {} : { interval }),
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
      ...(limit === undefined ? {} : { limit }),
    },
  })
  printList(cli, candleView, { data: answer.data.map(namedCandle) })
}
