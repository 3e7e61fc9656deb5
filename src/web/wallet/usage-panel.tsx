import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { lookUp } from '../i18n/look-up.ts'
import { afterWrites } from '../state/queries.ts'
import { api } from '../state/session.ts'
import { usePages } from '../state/use-pages.ts'
import { DataTable } from '../ui/data-table.tsx'
import { PagedList } from '../ui/paged-list.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty } from '../ui/states.tsx'

/** Every lease bought, with what was billed for it. */
export function UsagePanel({ account }: { readonly account: string }) {
  const t = useText()
  const format = useFormat()
  const pages = usePages(
    ['own', account, 'usage'],
    (page, signal) => api().listUsage({ query: { ...page, ...afterWrites() }, signal }),
    { limit: 10 },
  )
  return (
    <Panel flush title={t.wallet.usage} note={t.wallet.usageNote}>
      <PagedList pages={pages}>
        <DataTable
          caption={t.wallet.usage}
          rows={pages.rows}
          rowKey={(line) => line.lease_id}
          empty={<Empty title={t.wallet.noUsage} />}
          columns={[
            { head: t.workloads.lease, cell: (line) => line.lease_id },
            { head: t.orders.symbol, cell: (line) => line.symbol },
            {
              head: t.wallet.ended,
              wide: true,
              cell: (line) =>
                line.end === null ? t.wallet.running : lookUp(t.words.leaseEnd, line.end),
            },
            {
              head: t.workloads.units,
              align: 'right',
              wide: true,
              cell: (line) => format.number(line.units),
            },
            {
              head: t.wallet.seconds,
              align: 'right',
              cell: (line) => format.duration(line.accepted_seconds),
            },
            {
              head: t.wallet.cpu,
              align: 'right',
              wide: true,
              cell: (line) => `${format.number(line.cpu_seconds, { max: 2 })} s`,
            },
            {
              head: t.wallet.cost,
              align: 'right',
              cell: (line) => format.money(line.cost, { min: 6 }, line.currency),
            },
          ]}
        />
      </PagedList>
    </Panel>
  )
}
