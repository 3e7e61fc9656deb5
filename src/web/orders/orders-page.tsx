import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { SignedInOnly } from '../app/signed-in.tsx'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { afterWrites } from '../state/queries.ts'
import { api } from '../state/session.ts'
import { usePages } from '../state/use-pages.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Page } from '../ui/page.tsx'
import { PagedList } from '../ui/paged-list.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty } from '../ui/states.tsx'
import { OpenOrders } from './open-orders.tsx'
import { orderColumns } from './order-columns.tsx'
import styles from './orders.module.css'

type View = 'open' | 'closed' | 'fills'

export function OrdersPage() {
  const t = useText()
  const [view, setView] = useState<View>('open')
  return (
    <Page title={t.orders.title} lead={t.orders.lead}>
      <SignedInOnly>
        {(account) => (
          <>
            <div className={styles['views']}>
              <Segmented
                label={t.orders.view}
                value={view}
                options={[
                  { value: 'open', label: t.orders.openTab },
                  { value: 'closed', label: t.orders.historyTab },
                  { value: 'fills', label: t.orders.fillsTab },
                ]}
                onChange={setView}
              />
            </div>
            {view === 'open' && <OpenOrders account={account} />}
            {view === 'closed' && <ClosedOrders account={account} />}
            {view === 'fills' && <Fills account={account} />}
          </>
        )}
      </SignedInOnly>
    </Page>
  )
}

function ClosedOrders({ account }: { readonly account: string }) {
  const t = useText()
  const format = useFormat()
  const pages = usePages(['own', account, 'orders', 'closed'], (page, signal) =>
    api().listOrders({ query: { ...page, ...afterWrites(), status: 'closed' }, signal }),
  )
  return (
    <Panel flush title={t.orders.historyTab}>
      <PagedList pages={pages}>
        <DataTable
          caption={t.orders.historyTab}
          rows={pages.rows}
          rowKey={(order) => order.id}
          empty={<Empty title={t.orders.noHistory} />}
          columns={orderColumns(t, format).closed}
        />
      </PagedList>
    </Panel>
  )
}

function Fills({ account }: { readonly account: string }) {
  const t = useText()
  const format = useFormat()
  const pages = usePages(['own', account, 'orders', 'fills'], (page, signal) =>
    api().listFills({ query: { ...page, ...afterWrites() }, signal }),
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
            {
              head: t.orders.symbol,
              cell: ({ symbol }) => (
                <Link to="/market/$symbol" params={{ symbol }}>
                  {symbol}
                </Link>
              ),
            },
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
            { head: t.orders.lease, wide: true, cell: ({ lease_id: lease }) => lease },
            { head: t.orders.id, wide: true, cell: ({ order_id: order }) => order },
          ]}
        />
      </PagedList>
    </Panel>
  )
}
