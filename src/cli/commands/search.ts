import type { Command } from 'commander'
import type { Offer } from '../../wire/index.ts'
import { task, type Cli } from '../cli.ts'
import { parseCount } from '../input/count.ts'
import { oneOfWords, parsed } from '../input/option.ts'
import { addNeedOptions, type NeedOptions } from '../need.ts'
import { printList } from '../output/print.ts'
import { shellOf } from '../shell.ts'
import { offerView } from '../views/offer.ts'
import { watched } from '../watch.ts'

interface SearchOptions extends NeedOptions {
  readonly grade?: 'A' | 'B' | 'C' | 'D' | 'E' | 'U'
  readonly all?: boolean
  readonly limit?: number
  readonly watch?: boolean
}

export function register(program: Command): void {
  const shell = shellOf(program)
  const { say } = shell
  const command = program.command('search').summary(say('help.search'))
  addNeedOptions(command, shell)
    .description(say('help.search'))
    .option('--grade <grade>', say('help.grade'), oneOfWords(shell, ['A', 'B', 'C', 'D', 'E', 'U']))
    .option('--all', say('help.searchAll'))
    .option('--limit <n>', say('help.limit'), parsed(shell, parseCount, 'bad.count'))
    .option('-w, --watch', say('help.watch'))
    .addHelpText('after', say('example.search'))
    .action(task(search))
}

async function search(cli: Cli, options: SearchOptions): Promise<void> {
  await watched(cli, options.watch === true, [{ channel: 'offers' }], async () => {
    const offers = await fittingOffers(cli, options)
    const shown = offers.slice(0, options.limit ?? offers.length)
    printList(cli, offerView, { data: shown })
    const first = shown[0]
    if (cli.forPeople && first !== undefined) {
      const total = offers.length
      cli.tell(
        cli.say('search.next', { shown: shown.length, total, flags: needFlags(options, first) }),
      )
    }
  })
}

async function fittingOffers(cli: Cli, options: SearchOptions): Promise<Offer[]> {
  const client = await cli.client()
  const { data } = await client.listOffers({
    query: {
      ...(options.gpu === undefined ? {} : { class: 'gpu' }),
      ...(options.hub === undefined ? {} : { hub: options.hub }),
      ...(options.symbol === undefined ? {} : { symbol: options.symbol }),
      ...(options.maxPrice === undefined ? {} : { price_lte: options.maxPrice }),
      ...(options.grade === undefined ? {} : { grade_gte: options.grade }),
      ...(options.all === true ? {} : { available: true }),
    },
  })
  return data.filter((offer) => fits(offer, options))
}

/** Enough of everything on this one machine, and the card model that was named. */
function fits(offer: Offer, need: NeedOptions): boolean {
  const { bundle, available_units: units } = offer
  const model = need.gpu?.model?.toLowerCase() ?? ''
  return (
    bundle.cores * units >= (need.cpu ?? 0) &&
    bundle.memory_mib * units >= (need.memory ?? 0) &&
    bundle.cards * units >= (need.gpu?.cards ?? 0) &&
    offer.product_code.toLowerCase().includes(model)
  )
}

function needFlags(options: NeedOptions, first: Offer): string {
  const { gpu } = options
  const asked = [
    ...(gpu === undefined
      ? []
      : [`--gpu ${gpu.model === null ? '' : `${gpu.model}:`}${gpu.cards}`]),
    ...(options.cpu === undefined ? [] : [`--cpu ${options.cpu}`]),
    ...(options.memory === undefined ? [] : [`--memory ${options.memory}MiB`]),
  ]
  if (asked.length > 0) return asked.join(' ')
  return first.unit === 'card' ? '--gpu 1' : '--cpu 1'
}
