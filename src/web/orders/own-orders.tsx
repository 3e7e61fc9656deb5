import { useState } from 'react'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { afterWrites, onlyOf } from '../state/queries.ts'
import { api } from '../state/session.ts'
import { usePages } from '../state/use-pages.ts'
import { useShortcuts } from '../state/use-shortcuts.ts'
import { DataTable } from '../ui/data-table.tsx'
import { PagedList } from '../ui/paged-list.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty } from '../ui/states.tsx'
import { Fills } from './fills.tsx'
import { OpenOrders } from './open-orders.tsx'
import { orderColumns } from './order-columns.tsx'
import styles from './orders.module.css'

type View = 'open' | 'closed' | 'fills'
interface Props {
  readonly account: string
  /** only of this instrument: on its trading page, with keys */
  readonly symbol?: string
}

/** An account's open orders, its closed ones and its fills, one at a time. */
export function OwnOrders({ account, symbol }: Props) {
  const t = useText()
  const [view, setView] = useState<View>('open')
  const show = (next: View) => (symbol === undefined ? undefined : () => setView(next))
  useShortcuts({ '1': show('open'), '2': show('closed'), '3': show('fills') })
  const own = { account, ...onlyOf(symbol) }
  return (
    <div className={styles['own']}>
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
      {view === 'open' && <OpenOrders {...own} />}
      {view === 'closed' && <ClosedOrders {...own} />}
      {view === 'fills' && <Fills {...own} />}
    </div>
  )
}

function ClosedOrders({ account, symbol }: Props) {
  const t = useText()
  const columns = orderColumns(t, useFormat())
  const pages = usePages(['own', account, 'orders', 'closed', symbol], (page, signal) =>
    api().listOrders({
      query: { ...page, ...afterWrites(), ...onlyOf(symbol), status: 'closed' },
      signal,
    }),
  )
  return (
    <Panel flush title={t.orders.historyTab}>
      <PagedList pages={pages}>
        <DataTable
          caption={t.orders.historyTab}
          rows={pages.rows}
          rowKey={(order) => order.id}
          empty={<Empty title={t.orders.noHistory} />}
          columns={symbol === undefined ? columns.closed : columns.closedOfSymbol}
        />
      </PagedList>
    </Panel>
  )
}
