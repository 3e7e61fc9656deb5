import { Link } from '@tanstack/react-router'
import type { MonitorState, MonitorSubject } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { useSettings } from '../state/settings.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { measure } from './measure.ts'
import { ShareBar } from './share-bar.tsx'
import { StateBadge } from './state-badge.tsx'

/** Hubs of the net, sites of a hub, machines of a site. */
export function PartsPanel({ state }: { readonly state: MonitorState }) {
  const t = useText()
  const title = t.monitor.parts[state.subject.kind]
  const columns = useColumns()
  const left = state.parts_total - state.parts.length
  return (
    <Panel flush title={title} {...(left > 0 ? { note: t.monitor.more(left) } : {})}>
      <DataTable
        caption={title}
        columns={columns}
        rows={state.parts}
        rowKey={(row) => row.id ?? ''}
        empty={t.monitor.none}
      />
    </Panel>
  )
}

function useColumns(): Column<MonitorSubject>[] {
  const t = useText()
  const format = useFormat()
  return [
    { head: t.monitor.name, cell: (row) => <SubjectLink subject={row} /> },
    { head: t.monitor.state, cell: (row) => <StateBadge subject={row} /> },
    { head: t.monitor.allocation, cell: (row) => <ShareBar share={row.allocation_rate} /> },
    {
      head: t.monitor.utilisation,
      cell: (row) => <ShareBar share={row.utilisation} tone="busy" />,
    },
    {
      head: t.monitor.memory,
      align: 'right',
      wide: true,
      cell: (row) => valueText(row, 'mem_used'),
    },
    {
      head: t.monitor.metrics.rtt_us,
      align: 'right',
      wide: true,
      cell: (row) => valueText(row, 'rtt_us'),
    },
    { head: t.monitor.leases, align: 'right', cell: (row) => format.number(row.leases) },
  ]
  function valueText(row: MonitorSubject, metric: 'mem_used' | 'rtt_us'): string {
    const value = row.values[metric]
    return value === undefined ? '–' : measure(format, metric, value)
  }
}

/** The name of a subject, which leads to its screen. */
export function SubjectLink({
  subject,
}: {
  readonly subject: Pick<MonitorSubject, 'kind' | 'id' | 'name'>
}) {
  const { language } = useSettings()
  const name = subject.name[language]
  const id = subject.id ?? ''
  if (subject.kind === 'hub') {
    return (
      <Link to="/hubs/$id" params={{ id }}>
        {name}
      </Link>
    )
  }
  if (subject.kind === 'site') {
    return (
      <Link to="/sites/$id" params={{ id }}>
        {name}
      </Link>
    )
  }
  return (
    <Link to="/nodes/$id" params={{ id }}>
      {name}
    </Link>
  )
}
