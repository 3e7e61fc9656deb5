import type { CatalogProduct } from '../../wire/index.ts'
import type { Cli } from '../cli.ts'
import type { ListView } from '../output/print.ts'
import { bundle, money, price } from '../output/values.ts'

function priceOrDash(cli: Cli, { product, currency }: CatalogProduct, text: string | null): string {
  return text === null ? '-' : price(cli, text, product.unit, currency)
}

/** `¥0.08 → ¥0.09`: first and last close of the series. */
function trendText({ trend, currency }: CatalogProduct): string {
  const [first, last] = [trend?.data[0]?.[4], trend?.data.at(-1)?.[4]]
  return first === undefined || last === undefined
    ? '-'
    : `${money(first, currency)} → ${money(last, currency)}`
}

export const catalogView: ListView<CatalogProduct> = {
  columns: [
    { title: 'col.product', cell: ({ product }) => product.code },
    { title: 'col.unit', cell: ({ product }, cli) => bundle(cli, product.bundle) },
    {
      title: 'col.grades',
      cell: ({ grades }) => grades.map(({ grade, nodes }) => `${grade}:${nodes}`).join(' ') || '-',
    },
    {
      title: 'col.offers',
      cell: ({ offers }) => `${offers.available}/${offers.listed}`,
      right: true,
    },
    { title: 'col.available', cell: ({ offers }) => `${offers.available_units}`, right: true },
    {
      title: 'col.bestPrice',
      cell: (one, cli) => priceOrDash(cli, one, one.offers.best_price),
      right: true,
    },
    {
      title: 'col.standardPrice',
      cell: (one, cli) => priceOrDash(cli, one, one.standard_price.best),
      right: true,
    },
    {
      title: 'col.standardMean',
      cell: (one, cli) => priceOrDash(cli, one, one.standard_price.mean),
      right: true,
      wide: true,
    },
    { title: 'col.trend', cell: trendText, wide: true },
  ],
  name: ({ product }) => product.code,
  empty: 'empty.products',
}
