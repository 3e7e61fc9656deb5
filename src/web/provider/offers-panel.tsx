import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Node, Offer } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { offersQuery, productsQuery } from '../state/queries.ts'
import { api, useScope } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { actionsColumn } from '../ui/actions-column.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { OfferDialog } from './offer-dialog.tsx'
import styles from './provider.module.css'

/** The standing offers of one machine. */
export function OffersPanel({ node }: { readonly node: Node }) {
  const t = useText()
  const format = useFormat()
  const query = useQuery({ ...offersQuery, refetchInterval: 5_000 })
  const products = useQuery(productsQuery).data?.data ?? []
  const mayProvide = useScope('provide')
  const [editing, setEditing] = useState<Offer | 'new' | null>(null)
  const [withdrawing, setWithdrawing] = useState<Offer | null>(null)
  const offers = (query.data?.data ?? []).filter((offer) => offer.node_id === node.id)
  const graded = products.filter((one) => node.grades.some((has) => has.product_id === one.id))
  const why = !mayProvide
    ? t.shell.noScope('provide')
    : graded.length === 0
      ? t.provider.noGradeWhy
      : null
  return (
    <Panel
      flush
      title={t.provider.offers}
      note={t.provider.offersNote}
      actions={
        <Button why={why} onClick={() => setEditing('new')}>
          {t.provider.addOffer}
        </Button>
      }
    >
      {query.isPending ? (
        <Loading />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          caption={t.provider.offers}
          rows={offers}
          rowKey={(offer) => offer.product_id}
          empty={<Empty title={t.provider.noOffers} />}
          columns={[
            { head: t.provider.product, cell: (offer) => <OfferName offer={offer} /> },
            {
              head: t.provider.price,
              align: 'right',
              cell: ({ price, unit }) =>
                `${format.number(price, { min: 3 })} ${t.words.perUnitHour[unit]}`,
            },
            {
              head: t.provider.available,
              align: 'right',
              cell: ({ available_units: units }) => format.number(units),
            },
            {
              head: t.provider.maxUnits,
              align: 'right',
              wide: true,
              cell: ({ max_units: units }) => format.number(units),
            },
            {
              head: t.provider.until,
              wide: true,
              cell: ({ until_at: at }) => (at === null ? t.provider.open : format.moment(at)),
            },
            actionsColumn<Offer>(t.shell.actions, [
              { label: t.provider.edit, onClick: setEditing },
              { label: t.provider.withdraw, danger: true, onClick: setWithdrawing },
            ]),
          ]}
        />
      )}
      {editing !== null && (
        <OfferDialog
          node={node}
          offer={editing === 'new' ? null : editing}
          products={graded}
          onClose={() => setEditing(null)}
        />
      )}
      {withdrawing !== null && (
        <WithdrawDialog offer={withdrawing} onClose={() => setWithdrawing(null)} />
      )}
    </Panel>
  )
}

function OfferName({ offer }: { readonly offer: Offer }) {
  const t = useText()
  return (
    <span className={styles['name']}>
      <span>{offer.symbol ?? offer.product_code}</span>
      {offer.blocked !== null && (
        <span className="small muted">{t.provider.blocked(offer.blocked)}</span>
      )}
    </span>
  )
}

function WithdrawDialog({
  offer,
  onClose,
}: {
  readonly offer: Offer
  readonly onClose: () => void
}) {
  const t = useText()
  const withdraw = useAction(
    () => api().withdrawOffer({ params: { node_id: offer.node_id, sku_id: offer.product_id } }),
    () => onClose(),
  )
  return (
    <ConfirmDialog
      title={t.provider.withdrawTitle}
      text={t.provider.withdrawText}
      confirm={t.provider.withdraw}
      action={withdraw}
      onClose={onClose}
    />
  )
}
