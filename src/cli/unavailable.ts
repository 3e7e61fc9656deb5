import type { Quote } from '../wire/index.ts'
import type { Cli } from './cli.ts'
import { Ending } from './errors.ts'
import { EXIT } from './exit-codes.ts'
import type { TextKey } from './texts.ts'

const WHY: Readonly<Record<string, TextKey>> = {
  NO_OFFER: 'why.noOffer',
  ISOLATION: 'why.isolation',
  PRICE: 'why.price',
  NOT_ENOUGH: 'why.notEnough',
  NO_SINGLE_NODE: 'why.noSingleNode',
}

const DIMENSIONS: Readonly<Record<string, TextKey>> = {
  cores: 'dimension.cores',
  memory_mib: 'dimension.memory',
  disk_mib: 'dimension.disk',
  cards: 'dimension.cards',
}

/** What a need is measured by, in words: `memory` for `memory_mib`. */
export function dimension(cli: Cli, name: string): string {
  const key = DIMENSIONS[name]
  return key === undefined ? name : cli.say(key)
}

/** Says for every instrument why it cannot serve the need, and what to do. */
export function tellUnavailable(cli: Cli, quote: Quote): void {
  for (const one of quote.unavailable) {
    const key = WHY[one.why]
    const facts = { dimension: dimension(cli, one.dimension ?? '') }
    const words = key === undefined ? one.why : `${cli.say(key, facts)} (${one.why})`
    cli.tell(`  ${one.symbol}: ${words}`)
  }
  if (!quote.available) cli.tell(cli.say('quote.tryOther'))
}

/** Ends the command, because nothing on offer fits. */
export function noOffer(cli: Cli, quote: Quote): never {
  cli.tell(cli.say('quote.nothing'))
  tellUnavailable(cli, quote)
  throw new Ending(EXIT.market)
}
