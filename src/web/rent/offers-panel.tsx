import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { bundleText } from '../market/bundle-text.ts'
import { offersQuery } from '../state/queries.ts'
import { useSettings } from '../state/settings.ts'
import { useChannel } from '../state/stream.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'

/** What machines are on offer at all, live: shown before anything was asked. */
export function OffersPanel() {
  const t = useText()
  const format = useFormat()
  const { language } = useSettings()
  const client = useQueryClient()
  const query = useQuery(offersQuery)
  useChannel('offers', {}, (frame) => {
    client.setQueryData(offersQuery.queryKey, { data: frame.data })
  })
  return (
    <Panel flush title={t.rent.onOffer}>
      {query.isPending ? (
        <Loading />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          caption={t.rent.onOffer}
          rows={query.data.data}
          rowKey={(offer) => `${offer.node_id} ${offer.product_id}`}
          empty={<Empty title={t.rent.noOffers}>{t.rent.noOffersText}</Empty>}
          columns={[
            {
              head: t.rent.product,
              cell: ({ symbol, product_code: code }) =>
                symbol === null ? (
                  code
                ) : (
                  <Link to="/market/$symbol" params={{ symbol }}>
                    {symbol}
                  </Link>
                ),
            },
            {
              head: t.market.bundle,
              wide: true,
              cell: ({ bundle }) => bundleText(bundle, t, format),
            },
            { head: t.market.grade, cell: ({ grade }) => grade },
            { head: t.market.hub, wide: true, cell: ({ hub }) => hub.name[language] },
            {
              head: t.rent.isolation,
              wide: true,
              cell: ({ isolation }) => t.words.isolation[isolation],
            },
            {
              head: t.rent.available,
              align: 'right',
              cell: ({ available_units: units, unit }) => t.words.units(units, unit),
            },
            {
              head: t.rent.price,
              align: 'right',
              cell: ({ price, unit }) =>
                `${format.number(price, { min: 3 })} ${t.words.perUnitHour[unit]}`,
            },
          ]}
        />
      )}
    </Panel>
  )
}
