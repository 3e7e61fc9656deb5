import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Order } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { openOrdersQuery } from '../state/queries.ts'
import { useShortcuts } from '../state/use-shortcuts.ts'
import { actionsColumn } from '../ui/actions-column.tsx'
import { Button } from '../ui/button.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { AmendDialog } from './amend-dialog.tsx'
import { CancelAllDialog, CancelDialog } from './cancel-dialog.tsx'
import { orderColumns } from './order-columns.tsx'

/** Own orders in the book, of one instrument or of all, with what can be done to them. */
export function OpenOrders({
  account,
  symbol,
}: {
  readonly account: string
  readonly symbol?: string
}) {
  const t = useText()
  const format = useFormat()
  const columns = orderColumns(t, format)
  const query = useQuery(openOrdersQuery(account))
  const [amending, setAmending] = useState<Order | null>(null)
  const [cancelling, setCancelling] = useState<Order | null>(null)
  const [isCancellingAll, setIsCancellingAll] = useState(false)
  const orders = (query.data?.data ?? []).filter(
    (order) => symbol === undefined || order.symbol === symbol,
  )
  const actions = actionsColumn<Order>(t.shell.actions, [
    { label: t.orders.amend, onClick: setAmending },
    { label: t.orders.cancel, danger: true, onClick: setCancelling },
  ])
  const free = orders.filter((order) => !order.offer)
  // One in the row that has the focus, or else the newest; the dialog asks before it is done.
  const cancelOne = (): void => {
    const row = document.activeElement?.closest('tr')?.dataset['row']
    setCancelling(free.find((order) => order.id === row) ?? free[0] ?? null)
  }
  const hasKeys = symbol !== undefined && free.length > 0
  useShortcuts({
    X: hasKeys ? cancelOne : undefined,
    'Shift+X': hasKeys ? () => setIsCancellingAll(true) : undefined,
  })
  return (
    <Panel
      flush
      title={t.orders.mine}
      actions={
        free.length > 0 && (
          <Button small onClick={() => setIsCancellingAll(true)}>
            {t.orders.cancelAll}
          </Button>
        )
      }
    >
      {query.isPending ? (
        <Loading />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          caption={t.orders.mine}
          rows={orders}
          rowKey={(order) => order.id}
          empty={<Empty title={t.orders.noOpen}>{t.orders.noOpenText}</Empty>}
          columns={[
            ...(symbol === undefined ? columns.open : columns.ofSymbol),
            {
              ...actions,
              cell: (order) =>
                order.offer ? (
                  <span className="small muted" title={t.orders.fromOfferWhy}>
                    {t.orders.fromOffer}
                  </span>
                ) : (
                  actions.cell(order)
                ),
            },
          ]}
        />
      )}
      {amending !== null && <AmendDialog order={amending} onClose={() => setAmending(null)} />}
      {cancelling !== null && (
        <CancelDialog order={cancelling} onClose={() => setCancelling(null)} />
      )}
      {isCancellingAll && (
        <CancelAllDialog
          count={free.length}
          symbol={symbol}
          onClose={() => setIsCancellingAll(false)}
        />
      )}
    </Panel>
  )
}
