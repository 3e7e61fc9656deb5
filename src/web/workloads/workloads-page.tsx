import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { SignedInOnly } from '../app/signed-in.tsx'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { workloadsQuery } from '../state/queries.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { Allocations } from './allocations.tsx'
import { WorkloadBadge } from './workload-badge.tsx'

export function WorkloadsPage() {
  const t = useText()
  return (
    <Page title={t.workloads.title} lead={t.workloads.lead}>
      <SignedInOnly>
        {(account) => (
          <>
            <Allocations account={account} />
            <WorkloadList account={account} />
          </>
        )}
      </SignedInOnly>
    </Page>
  )
}

function WorkloadList({ account }: { readonly account: string }) {
  const t = useText()
  const format = useFormat()
  const query = useQuery(workloadsQuery(account))
  const moment = (at: string | null) => (at === null ? '–' : format.moment(at))
  return (
    <Panel flush title={t.workloads.list}>
      {query.isPending ? (
        <Loading />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          caption={t.workloads.list}
          rows={query.data.data.toReversed()}
          rowKey={(workload) => workload.id}
          empty={
            <Empty title={t.workloads.none}>
              <p>{t.workloads.noneText}</p>
              <p>
                <Link to="/rent">{t.workloads.toRent}</Link>
              </p>
            </Empty>
          }
          columns={[
            {
              head: t.workloads.id,
              cell: ({ id }) => (
                <Link to="/workloads/$id" params={{ id }}>
                  {id}
                </Link>
              ),
            },
            {
              head: t.workloads.status,
              cell: ({ status }) => <WorkloadBadge status={status} />,
            },
            {
              head: t.workloads.exitCode,
              align: 'right',
              cell: ({ exit_code: code }) => (code === null ? '–' : String(code)),
            },
            {
              head: t.workloads.end,
              wide: true,
              cell: ({ end }) => (end === null ? '–' : t.words.workloadEnd[end]),
            },
            { head: t.workloads.queued, wide: true, cell: (row) => moment(row.queued_at) },
            { head: t.workloads.ended, wide: true, cell: (row) => moment(row.ended_at) },
            { head: t.workloads.allocation, wide: true, cell: (row) => row.allocation_id },
          ]}
        />
      )}
    </Panel>
  )
}
