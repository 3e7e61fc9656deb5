/** The catalogue: what is sold, how good it is, at what price, and at what price per standard unit. */
import { instrumentStatus } from '../../messages/index.ts'
import {
  ArrayOf,
  Count,
  Decimal,
  Nullable,
  Shape,
  Text,
  Time,
  Word,
  Words,
  type Static,
} from '../schema.ts'
import { Currency, Grade } from './common.ts'
import { Candle, CandleInterval, Hub, Product } from './market.ts'

const CatalogInstrument = Shape({
  symbol: Text(),
  grade: Grade,
  hub: Hub,
  status: Word(instrumentStatus),
  best_ask: Nullable(Decimal),
  last_price: Nullable(Decimal),
  /** units that can be bought now of its standing offers */
  available_units: Count,
})

export const CatalogProduct = Shape({
  product: Product,
  /** machines with a standing offer of the product, by grade; best first, only grades that there are */
  grades: ArrayOf(Shape({ grade: Grade, nodes: Count })),
  offers: Shape({
    /** standing offers, those too of which nothing is in the book now */
    listed: Count,
    /** of which something can be bought now */
    available: Count,
    available_units: Count,
    /** of the cheapest that can be bought now */
    best_price: Nullable(Decimal),
    best_symbol: Nullable(Text()),
  }),
  /** of offers that can be bought now and whose machine has a factor: docs/evaluation.md */
  standard_price: Shape({
    /** the lowest price of a standard unit-hour */
    best: Nullable(Decimal),
    /** what all of them cost, over all standard units in them */
    mean: Nullable(Decimal),
    offers: Count,
    /** that have no factor, since nothing verified stands of their machine */
    without_factor: Count,
  }),
  currency: Currency,
  /** processors and cards of machines on offer, by the reports that stand of them (at most 50 are read) */
  hardware: ArrayOf(Shape({ kind: Words('cpu', 'gpu'), model: Text(), nodes: Count })),
  instruments: ArrayOf(CatalogInstrument),
  /** bars of the instrument that traded last, oldest first; null when nothing was traded */
  trend: Nullable(Shape({ symbol: Text(), interval: CandleInterval, data: ArrayOf(Candle) })),
})
export type CatalogProduct = Static<typeof CatalogProduct>

export const Catalog = Shape({ at: Time, data: ArrayOf(CatalogProduct) })
export type Catalog = Static<typeof Catalog>
