import type { Quote } from '../wire/index.ts'
import type { Cli } from './cli.ts'
import { Ending } from './errors.ts'
import { EXIT } from './exit-codes.ts'

/** Says for every instrument why it cannot serve the need, and what to do. */
export function tellUnavailable(cli: Cli, quote: Quote): void {
  for (const one of quote.unavailable) {
    const dimension = one.dimension === null ? '' : ` (${one.dimension})`
    cli.tell(`  ${one.symbol}: ${one.why}${dimension}`)
  }
  if (!quote.available) cli.tell(cli.say('advice.noOffer'))
}

/** Ends the command, because nothing on offer fits. */
export function noOffer(cli: Cli, quote: Quote): never {
  cli.tell(cli.say('quote.nothing'))
  tellUnavailable(cli, quote)
  throw new Ending(EXIT.market)
}
