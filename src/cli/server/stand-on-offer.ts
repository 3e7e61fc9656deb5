import type { ExchangeLink, NodeFacts } from '../../agent/index.ts'
import type { Client } from '../../client/index.ts'
import { numberOf, type Instrument } from '../../wire/index.ts'

/** Price of a unit-hour by product; the reference price where it is not named. */
export type Prices = ReadonlyMap<string, string>

/** `CPU-S=0.08` and its like, as they stand on a command line. */
export function pricesOf(pairs: readonly string[] = []): Prices {
  return new Map(pairs.map((pair) => pair.split('=') as [string, string]))
}

export interface Standing {
  /** symbol and price of each offer */
  readonly listed: readonly string[]
  /** there is none */
  readonly why: 'no grade' | 'no product fits'
}

/** One standing offer for each SKU that the machine holds at least one unit of. */
export async function standOnOffer(
  provider: Client,
  link: ExchangeLink,
  prices: Prices,
  maxUnits: number,
  facts: NodeFacts,
): Promise<Standing> {
  const { data: nodes } = await provider.listNodes()
  const node = nodes.find((each) => each.number === facts.node)
  const { data: instruments } = await provider.listInstruments()
  const listed: string[] = []
  const graded = new Map(node?.grades.map((each) => [each.product_id, each.grade]))
  const isFor = ({ product, grade, hub }: Instrument): boolean =>
    grade === (graded.get(product.id) ?? 'U') && hub.id === node?.hub_id
  for (const instrument of instruments.filter(isFor)) {
    const { bundle, code, id: product } = instrument.product
    if (node !== undefined && !fits(bundle, node)) continue
    const price = prices.get(code) ?? instrument.reference_price
    await link.setOffer({ sku: numberOf('sku', product) ?? 0, price, maxUnits })
    listed.push(`${instrument.symbol} ¥${price}`)
  }
  return { listed, why: graded.size === 0 ? 'no grade' : 'no product fits' }
}

type Sizes = { readonly cores: number; readonly memory_mib: number }
/** Does one unit fit into what the machine offers? */
function fits(bundle: Sizes, node: { attested: Sizes; reserve: Sizes }): boolean {
  const room = (kind: keyof Sizes) => node.attested[kind] - node.reserve[kind]
  return bundle.cores <= room('cores') && bundle.memory_mib <= room('memory_mib')
}
