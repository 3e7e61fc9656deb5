import type { Instrument } from '../wire/index.ts'
import type { Cli } from './cli.ts'

/** Instruments by symbol: the unit that each is priced in (core, card, …) and its names. */
export async function instrumentsBySymbol(cli: Cli): Promise<ReadonlyMap<string, Instrument>> {
  const { data } = await (await cli.client()).listInstruments()
  return new Map(data.map((one) => [one.symbol, one]))
}

/** The unit that a symbol is priced in; null when the symbol is not known. */
export async function unitOf(cli: Cli, symbol: string): Promise<string | null> {
  return (await instrumentsBySymbol(cli)).get(symbol)?.product.unit ?? null
}
