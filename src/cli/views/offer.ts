import type { Offer } from '../../wire/index.ts'
import type { ListView } from '../output/print.ts'
import { bundle, price, when, word } from '../output/values.ts'

export const offerView: ListView<Offer> = {
  columns: [
    { title: 'col.product', cell: (offer) => offer.product_code },
    { title: 'col.hub', cell: (offer, cli) => offer.hub.name[cli.language] },
    { title: 'col.node', cell: (offer) => offer.node_id },
    { title: 'col.unit', cell: (offer, cli) => bundle(cli, offer.bundle) },
    {
      title: 'col.available',
      cell: (offer) => `${offer.available_units}/${offer.max_units}`,
      right: true,
    },
    { title: 'col.grade', cell: (offer) => offer.grade },
    {
      title: 'col.price',
      cell: (offer, cli) => price(cli, offer.price, offer.unit, offer.currency),
      right: true,
    },
    { title: 'col.isolation', cell: (offer, cli) => word(cli, offer.isolation) },
    {
      title: 'col.interruptible',
      cell: (offer, cli) => cli.say(offer.interruptible ? 'word.yes' : 'word.no'),
      wide: true,
    },
    { title: 'col.symbol', cell: (offer) => offer.symbol ?? '-', wide: true },
    { title: 'col.until', cell: (offer, cli) => when(cli, offer.until_at), wide: true },
    { title: 'col.blocked', cell: (offer) => offer.blocked ?? '-', wide: true },
  ],
  name: (offer) => `${offer.node_id}/${offer.product_id}`,
  empty: 'empty.offers',
}
