import type { AssessedReport } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { api } from '../state/session.ts'
import { usePages } from '../state/use-pages.ts'
import { Badge } from '../ui/badge.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { PagedList } from '../ui/paged-list.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty } from '../ui/states.tsx'
import { ReportLink } from './report-link.tsx'

/** Every verified report of a machine; `shown` is the one whose page this is. */
export function HistoryPanel({
  node,
  shown = null,
}: {
  readonly node: string
  readonly shown?: string | null
}) {
  const t = useText()
  const pages = usePages(['evaluations', node, 'pages'], (query, signal) =>
    api().listEvaluations({ params: { node_id: node }, query, signal }),
  )
  return (
    <Panel flush title={t.evaluation.history} note={t.evaluation.historyNote}>
      <PagedList pages={pages}>
        <DataTable
          caption={t.evaluation.history}
          rows={pages.rows}
          rowKey={(row) => row.report_digest}
          empty={<Empty title={t.evaluation.noHistory} />}
          columns={useColumns(shown)}
        />
      </PagedList>
    </Panel>
  )
}

function useColumns(shown: string | null): Column<AssessedReport>[] {
  const t = useText()
  const format = useFormat()
  return [
    {
      head: t.evaluation.measuredAt,
      cell: (row) =>
        row.report_digest === shown ? (
          <>
            {format.moment(row.measured_at)} <span className="muted">({t.evaluation.shown})</span>
          </>
        ) : (
          <ReportLink digest={row.report_digest}>{format.moment(row.measured_at)}</ReportLink>
        ),
    },
    {
      head: t.evaluation.rated,
      cell: (row) => (
        <Badge tone={row.rated ? 'good' : 'warn'}>
          {row.rated ? t.evaluation.rated : t.evaluation.notRated}
        </Badge>
      ),
    },
    ...(['general', 'ai', 'storage', 'network', 'efficiency'] as const).map(
      (name): Column<AssessedReport> => ({
        head: t.evaluation.dimensions[name],
        align: 'right',
        wide: name !== 'general',
        cell: ({ dimensions }) => {
          const points = dimensions.find(({ dimension }) => dimension === name)?.points ?? null
          return points === null ? '–' : format.number(points)
        },
      }),
    ),
    {
      head: t.evaluation.by,
      wide: true,
      cell: (row) => (row.independent ? t.evaluation.independent : t.evaluation.ownReport),
    },
  ]
}
