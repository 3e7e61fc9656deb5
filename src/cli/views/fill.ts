import type { Fill } from '../../wire/index.ts'
import type { ListView } from '../output/print.ts'
import { money, when, word } from '../output/values.ts'

export const fillView: ListView<Fill> = {
  columns: [
    { title: 'col.time', cell: (one, cli) => when(cli, one.at) },
    { title: 'col.symbol', cell: (one) => one.symbol },
    {
      title: 'col.side',
      cell: (one, cli) => cli.say(one.side === 'buy' ? 'word.buy' : 'word.sell'),
    },
    { title: 'col.priceHour', cell: (one) => money(one.price, one.currency), right: true },
    { title: 'col.units', cell: (one) => String(one.units), right: true },
    { title: 'col.order', cell: (one) => one.order_id },
    { title: 'col.node', cell: (one) => one.node_id },
    { title: 'col.lease', cell: (one) => one.lease_id },
    { title: 'col.trade', cell: (one) => one.trade_id, wide: true },
    { title: 'col.liquidity', cell: (one, cli) => word(cli, one.liquidity), wide: true },
  ],
  name: (one) => one.trade_id,
  empty: 'empty.fills',
}
