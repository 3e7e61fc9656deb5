import { ORDER_ENDS } from '../../messages/index.ts'
import type { Order } from '../../wire/index.ts'
import type { ListView } from '../output/print.ts'
import { money, span, stateOf, when, whyOf } from '../output/values.ts'

export const orderView: ListView<Order> = {
  columns: [
    { title: 'col.id', cell: (one) => one.id },
    { title: 'col.symbol', cell: (one) => one.symbol },
    {
      title: 'col.side',
      cell: (one, cli) => cli.say(one.side === 'buy' ? 'word.buy' : 'word.sell'),
    },
    {
      title: 'col.filled',
      cell: (one) => `${one.filled_units}/${one.units}`,
      right: true,
    },
    {
      title: 'col.priceHour',
      cell: (one) => (one.price === null ? '-' : money(one.price, one.currency)),
      right: true,
    },
    {
      title: 'col.average',
      cell: (one) => (one.average_price === null ? '-' : money(one.average_price, one.currency)),
      right: true,
    },
    { title: 'col.tif', cell: (one) => one.time_in_force },
    {
      title: 'col.status',
      cell: (one, cli) => stateOf(cli, one.status, one.cancel_reason),
    },
    { title: 'col.why', cell: (one, cli) => whyOf(cli, one.cancel_reason, ORDER_ENDS), wide: true },
    { title: 'col.placed', cell: (one, cli) => when(cli, one.placed_at) },
    {
      title: 'col.held',
      cell: (one) => (one.held === null ? '-' : money(one.held, one.currency)),
      wide: true,
      right: true,
    },
    { title: 'col.duration', cell: (one, cli) => span(cli, one.duration_seconds), wide: true },
    { title: 'col.node', cell: (one) => one.node_id ?? '-', wide: true },
    { title: 'col.allocations', cell: (one) => one.allocation_ids.join(' ') || '-', wide: true },
    { title: 'col.label', cell: (one) => one.client_order_id ?? '-', wide: true },
  ],
  name: (one) => one.id,
  empty: 'empty.orders',
}
