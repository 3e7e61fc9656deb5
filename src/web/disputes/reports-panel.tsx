import { useQuery } from '@tanstack/react-query'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { disputeReportsQuery } from '../state/queries.ts'
import { Badge } from '../ui/badge.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'

/** What the seller's daemon signed about the lease, and whether it holds. */
export function ReportsPanel(props: { readonly account: string; readonly id: string }) {
  const t = useText()
  const format = useFormat()
  const query = useQuery(disputeReportsQuery(props.account, props.id))
  const mark = (isGood: boolean, good: string, bad: string) => (
    <Badge tone={isGood ? 'good' : 'bad'}>{isGood ? good : bad}</Badge>
  )
  return (
    <Panel flush title={t.disputes.signedReports} note={t.disputes.signedNote}>
      {query.isPending ? (
        <Loading />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          caption={t.disputes.signedReports}
          rows={query.data.data}
          rowKey={({ period }) => `${period}`}
          empty={<Empty title={t.disputes.noReports}>{t.disputes.noReportsText}</Empty>}
          columns={[
            { head: t.disputes.reported, cell: (row) => format.moment(row.at) },
            {
              head: t.disputes.counted,
              align: 'right',
              cell: (row) => t.disputes.seconds(format.number(row.covered_seconds)),
            },
            {
              head: t.disputes.cpu,
              align: 'right',
              wide: true,
              cell: (row) => t.disputes.seconds(format.number(row.cpu_us / 1e6, CPU)),
            },
            {
              head: t.disputes.memory,
              align: 'right',
              wide: true,
              cell: (row) => format.memory(row.memory_peak_mib),
            },
            {
              head: t.disputes.signature,
              cell: (row) => mark(row.signed, t.disputes.signed, t.disputes.notSigned),
            },
            {
              head: t.disputes.inChain,
              cell: (row) => mark(row.chained, t.disputes.chained, t.disputes.notChained),
            },
            {
              head: t.disputes.report,
              wide: true,
              cell: (row) => (
                <span title={row.hash}>
                  {format.number(row.period)} <code>{row.hash.slice(0, 8)}</code>
                </span>
              ),
            },
          ]}
        />
      )}
    </Panel>
  )
}

const CPU = { min: 1, max: 1 } as const
