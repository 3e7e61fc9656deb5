import { moneyOf, moneyText } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { lookUp } from '../i18n/look-up.ts'
import { useText } from '../i18n/use-text.ts'
import { afterWrites } from '../state/queries.ts'
import { api } from '../state/session.ts'
import { usePages } from '../state/use-pages.ts'
import { DataTable } from '../ui/data-table.tsx'
import { PagedList } from '../ui/paged-list.tsx'
import { Panel } from '../ui/panel.tsx'
import { Stat } from '../ui/stat.tsx'
import { Empty } from '../ui/states.tsx'

/** Every lease sold, with what it brought after commission. */
export function EarningsPanel({ account }: { readonly account: string }) {
  const t = useText()
  const format = useFormat()
  const pages = usePages(['own', account, 'earnings'], (page, signal) =>
    api().listEarnings({ query: { ...page, ...afterWrites() }, signal }),
  )
  const money = (text: string, currency = 'CNY') => format.money(text, { min: 6 }, currency)
  const sum = pages.rows.reduce((total, line) => total + (moneyOf(line.earned) ?? 0n), 0n)
  return (
    <Panel
      flush
      title={t.provider.earnings}
      note={t.provider.earningsNote}
      actions={
        pages.rows.length > 0 && <Stat name={t.provider.earnedNow} value={money(moneyText(sum))} />
      }
    >
      <PagedList pages={pages}>
        <DataTable
          caption={t.provider.earnings}
          rows={pages.rows}
          rowKey={(line) => line.lease_id}
          empty={<Empty title={t.provider.noEarnings} />}
          columns={[
            { head: t.provider.lease, cell: (line) => line.lease_id },
            { head: t.orders.symbol, cell: (line) => line.symbol },
            {
              head: t.provider.ended,
              wide: true,
              cell: (line) =>
                line.end === null ? t.wallet.running : lookUp(t.words.leaseEnd, line.end),
            },
            {
              head: t.provider.seconds,
              align: 'right',
              wide: true,
              cell: (line) => format.number(line.accepted_seconds),
            },
            {
              head: t.provider.bill,
              align: 'right',
              wide: true,
              cell: (line) => money(line.billed, line.currency),
            },
            {
              head: t.provider.commission,
              align: 'right',
              wide: true,
              cell: (line) => money(line.commission, line.currency),
            },
            {
              head: t.provider.earned,
              align: 'right',
              cell: (line) => money(line.earned, line.currency),
            },
          ]}
        />
      </PagedList>
    </Panel>
  )
}
