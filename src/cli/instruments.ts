import type { Instrument } from '../wire/index.ts'
import type { Cli } from './cli.ts'

/** The unit that each symbol is priced in (core, card, …); asked for only where people read. */
export async function unitsBySymbol(cli: Cli): Promise<ReadonlyMap<string, Instrument>> {
  if (!cli.forPeople) return new Map()
  const { data } = await (await cli.client()).listInstruments()
  return new Map(data.map((one) => [one.symbol, one]))
}
