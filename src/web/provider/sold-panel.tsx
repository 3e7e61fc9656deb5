import { useQuery } from '@tanstack/react-query'
import { moneyText, type Lease } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { useServerNow } from '../state/clock.ts'
import { soldQuery } from '../state/queries.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { costOfLease } from '../workloads/cost.ts'
import { LeaseBadge } from '../workloads/workload-badge.tsx'

/** Leases on own machines that are open now, earning by the second. */
export function SoldPanel({ account }: { readonly account: string }) {
  const t = useText()
  const format = useFormat()
  const query = useQuery(soldQuery(account))
  return (
    <Panel flush title={t.provider.sold}>
      {query.isPending ? (
        <Loading />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          caption={t.provider.sold}
          rows={query.data.data}
          rowKey={(lease) => lease.id}
          empty={<Empty title={t.provider.noSold} />}
          columns={[
            { head: t.provider.lease, cell: (lease) => lease.id },
            { head: t.orders.symbol, cell: (lease) => lease.symbol },
            { head: t.provider.status, cell: ({ status }) => <LeaseBadge status={status} /> },
            {
              head: t.provider.units,
              align: 'right',
              cell: ({ units }) => format.number(units),
            },
            {
              head: t.provider.price,
              align: 'right',
              wide: true,
              cell: ({ price }) => format.money(price, { min: 3 }),
            },
            {
              head: t.provider.ready,
              wide: true,
              cell: ({ ready_at: at }) => (at === null ? '–' : format.moment(at)),
            },
            {
              head: t.provider.bill,
              align: 'right',
              cell: (lease) => <Bill lease={lease} />,
            },
          ]}
        />
      )}
    </Panel>
  )
}

/** What the lease brings by now, before commission. */
function Bill({ lease }: { readonly lease: Lease }) {
  const format = useFormat()
  const nowMs = useServerNow(lease.ready_at !== null && lease.status !== 'closed')
  const { principalMicro } = costOfLease(lease, nowMs)
  return <>{format.money(moneyText(principalMicro), { min: 6 })}</>
}
