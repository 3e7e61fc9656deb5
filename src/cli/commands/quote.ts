import type { Command } from 'commander'
import type { Quote, QuoteLeg } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { EXIT } from '../exit-codes.ts'
import { parseCount } from '../input/count.ts'
import { parsed } from '../input/option.ts'
import { addNeedOptions, addTermOptions, quoteFor, type NeedOptions } from '../need.ts'
import { printData, printList, type ListView } from '../output/print.ts'
import { money, price, word } from '../output/values.ts'
import { instrumentsBySymbol } from '../instruments.ts'
import { shellOf } from '../shell.ts'
import { dimension, tellUnavailable } from '../unavailable.ts'

interface QuoteOptions extends NeedOptions {
  readonly colocate?: boolean
  readonly explain?: boolean
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const command = program.command('quote').summary(say('help.quote')).description(say('help.quote'))
  addTermOptions(addNeedOptions(command, shell), shell)
    .option('-n, --count <n>', say('help.count'), parsed(shell, parseCount, 'bad.count'))
    .option('--colocate', say('help.colocate'))
    .option('--explain', say('help.explain'))
    .addHelpText('after', say('example.quote'))
    .action(task(quote))
}

async function quote(cli: Cli, options: QuoteOptions): Promise<number> {
  const client = await cli.client()
  const { sandbox } = await client.getStatus()
  const colocate = options.colocate === true
  const answer = await quoteFor(cli, options, { colocate, sandbox })
  if (cli.forPeople) await tellQuote(cli, answer, options.explain === true)
  else if (cli.format === 'csv' || cli.format === 'name')
    printList(cli, legView(new Map()), { data: answer.legs })
  else printData(cli, answer, '')
  return answer.available ? EXIT.ok : EXIT.market
}

async function tellQuote(cli: Cli, answer: Quote, explain: boolean): Promise<void> {
  if (answer.legs.length > 0) {
    const units = new Map(
      [...(await instrumentsBySymbol(cli))].map(([symbol, one]) => [symbol, one.product.unit]),
    )
    printList(cli, legView(units), { data: answer.legs })
  }
  for (const notice of answer.notices) cli.tell(notice.message)
  if (!answer.available) cli.tell(cli.say('quote.nothing'))
  if (!answer.available || explain) tellUnavailable(cli, answer)
  if (answer.available) cli.tell(cli.say('quote.next'))
}

function legView(units: ReadonlyMap<string, string>): ListView<QuoteLeg> {
  return {
    columns: [
      { title: 'col.symbol', cell: (leg) => leg.symbol },
      { title: 'col.hub', cell: (leg, cli) => leg.hub.name[cli.language] },
      { title: 'col.node', cell: (leg) => leg.node_id ?? '-' },
      { title: 'col.units', cell: (leg) => String(leg.units), right: true },
      {
        title: 'col.price',
        cell: (leg, cli) => price(cli, leg.price, units.get(leg.symbol) ?? null),
        right: true,
      },
      { title: 'col.fee', cell: (leg) => money(leg.fee), right: true },
      { title: 'col.total', cell: (leg) => money(leg.total), right: true },
      { title: 'col.perHour', cell: (leg) => money(leg.per_hour), right: true },
      { title: 'col.isolation', cell: (leg, cli) => word(cli, leg.isolation) },
      { title: 'col.grade', cell: (leg) => leg.grade, wide: true },
      { title: 'col.dimension', cell: (leg, cli) => dimension(cli, leg.dimension), wide: true },
      { title: 'col.escrow', cell: (leg) => money(leg.escrow), wide: true, right: true },
    ],
    name: (leg) => leg.symbol,
    empty: 'empty.offers',
  }
}
