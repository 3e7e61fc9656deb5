import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Allocation } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { allocationsQuery } from '../state/queries.ts'
import { actionsColumn } from '../ui/actions-column.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import { CloseDialog } from './close-dialog.tsx'
import { CostTicker } from './cost-ticker.tsx'
import { NoticeLine } from './notice-line.tsx'
import { RunDialog } from './run-dialog.tsx'
import { LeaseBadge } from './workload-badge.tsx'
import styles from './workloads.module.css'

/** What is rented now: its cost by the second, something to run on it, and giving it back. */
export function Allocations({ account }: { readonly account: string }) {
  const t = useText()
  const format = useFormat()
  const query = useQuery(allocationsQuery(account))
  const [running, setRunning] = useState<Allocation | null>(null)
  const [closing, setClosing] = useState<Allocation | null>(null)
  return (
    <Panel flush title={t.workloads.allocations} note={t.workloads.allocationsNote}>
      {query.isPending ? (
        <Loading />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <DataTable
          caption={t.workloads.allocations}
          rows={query.data.data}
          rowKey={(allocation) => allocation.id}
          empty={
            <Empty title={t.workloads.noAllocations}>
              <Link to="/rent">{t.workloads.toRent}</Link>
            </Empty>
          }
          columns={[
            {
              head: t.workloads.allocation,
              cell: (allocation) => (
                <span className={styles['name']}>
                  <span>{allocation.id}</span>
                  <span className="small muted">{allocation.leases[0]?.symbol}</span>
                </span>
              ),
            },
            {
              head: t.workloads.status,
              cell: (allocation) => (
                <span className={styles['name']}>
                  <span>
                    <LeaseBadge status={allocation.status} />
                  </span>
                  <NoticeLine allocation={allocation} />
                </span>
              ),
            },
            {
              head: t.workloads.units,
              align: 'right',
              cell: ({ leases }) =>
                format.number(leases.reduce((total, lease) => total + lease.units, 0)),
            },
            {
              head: t.workloads.price,
              align: 'right',
              wide: true,
              cell: ({ leases }) => format.money(leases[0]?.price ?? '0', { min: 3 }),
            },
            {
              head: t.workloads.cost,
              align: 'right',
              cell: (allocation) => <CostTicker allocation={allocation} />,
            },
            actionsColumn<Allocation>(t.shell.actions, [
              { label: t.workloads.runOn, onClick: setRunning },
              { label: t.workloads.close, danger: true, onClick: setClosing },
            ]),
          ]}
        />
      )}
      {running !== null && <RunDialog allocation={running} onClose={() => setRunning(null)} />}
      {closing !== null && <CloseDialog allocation={closing} onClose={() => setClosing(null)} />}
    </Panel>
  )
}
