import { Link } from '@tanstack/react-router'
import type { Fill } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { afterWrites, onlyOf } from '../state/queries.ts'
import { api } from '../state/session.ts'
import { usePages } from '../state/use-pages.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { PagedList } from '../ui/paged-list.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty } from '../ui/states.tsx'

/** What an account's orders bought and sold, newest first; of one instrument or of all. */
export function Fills({ account, symbol }: { readonly account: string; readonly symbol?: string }) {
  const t = useText()
  const format = useFormat()
  const instrument: Column<Fill> = {
    head: t.orders.symbol,
    cell: (fill) => (
      <Link to="/market/$symbol" params={{ symbol: fill.symbol }}>
        {fill.symbol}
      </Link>
    ),
  }
  const lease: Column<Fill> = { head: t.orders.lease, wide: true, cell: (fill) => fill.lease_id }
  const pages = usePages(['own', account, 'orders', 'fills', symbol], (page, signal) =>
    api().listFills({ query: { ...page, ...afterWrites(), ...onlyOf(symbol) }, signal }),
  )
  return (
    <Panel flush title={t.orders.fillsTab}>
      <PagedList pages={pages}>
        <DataTable
          caption={t.orders.fillsTab}
          rows={pages.rows}
          rowKey={(fill) => `${fill.trade_id} ${fill.order_id}`}
          empty={<Empty title={t.orders.noFills} />}
          columns={[
            { head: t.orders.time, cell: (fill) => format.moment(fill.at) },
            ...(symbol === undefined ? [instrument] : []),
            {
              head: t.orders.side,
              cell: ({ side }) => (
                <span className={side === 'buy' ? 'up' : 'down'}>{t.words.side[side]}</span>
              ),
            },
            {
              head: t.orders.price,
              align: 'right',
              cell: ({ price }) => format.money(price, { min: 3 }),
            },
            { head: t.orders.units, align: 'right', cell: ({ units }) => format.number(units) },
            {
              head: t.orders.liquidity,
              wide: true,
              cell: ({ liquidity }) => (liquidity === 'maker' ? t.orders.maker : t.orders.taker),
            },
            ...(symbol === undefined ? [lease] : []),
            { head: t.orders.id, wide: true, cell: ({ order_id: order }) => order },
          ]}
        />
      </PagedList>
    </Panel>
  )
}
