import { useQuery } from '@tanstack/react-query'
import type { Node } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { lookUp } from '../i18n/look-up.ts'
import { useText } from '../i18n/use-text.ts'
import { metricNumber } from '../evaluation/metric-number.ts'
import { ReportLink } from '../evaluation/report-link.tsx'
import { evaluationsQuery } from '../state/queries.ts'
import { Badge } from '../ui/badge.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { Empty } from '../ui/states.tsx'
import styles from './provider.module.css'

/** No rating stands: there is no report yet, or the newest says why it rates nothing. */
function UnratedPanel({ node }: { readonly node: Node }) {
  const t = useText()
  const format = useFormat()
  const newest = useQuery(evaluationsQuery(node.id)).data?.data[0]
  if (newest === undefined || newest.rated) {
    return (
      <Panel title={t.provider.evaluation}>
        <Empty title={t.provider.notEvaluated} />
      </Panel>
    )
  }
  const note = t.provider.evaluationNote(newest.suite, format.moment(newest.measured_at))
  return (
    <Panel title={t.provider.evaluation} note={note}>
      <Empty title={t.provider.unrated}>
        <p>{newest.reasons.map((reason) => t.evaluation.unratedReasons[reason]).join('; ')}</p>
        <p>
          <ReportLink digest={newest.report_digest} />
        </p>
      </Empty>
    </Panel>
  )
}

/** What was measured on the machine, with units and scatter, and the report it comes from. */
export function EvaluationPanel({ node }: { readonly node: Node }) {
  const t = useText()
  const format = useFormat()
  const report = node.evaluation
  if (report === null) return <UnratedPanel node={node} />
  return (
    <Panel
      flush
      title={t.provider.evaluation}
      note={t.provider.evaluationNote(report.suite, format.moment(report.measured_at))}
      actions={report.provisional && <Badge tone="warn">{t.provider.provisional}</Badge>}
    >
      <DataTable
        caption={t.provider.evaluation}
        rows={report.metrics}
        rowKey={({ metric }) => metric}
        empty={<Empty title={t.provider.notEvaluated} />}
        columns={[
          { head: t.provider.metric, cell: ({ metric }) => lookUp(t.evaluation.metrics, metric) },
          {
            head: t.provider.value,
            align: 'right',
            cell: ({ metric, value }) => (
              <>
                {metricNumber(format, metric, value)}{' '}
                <span className="muted">{t.evaluation.metricUnits[metric] ?? ''}</span>
              </>
            ),
          },
          {
            head: t.provider.spread,
            align: 'right',
            cell: ({ spread_ppm: ppm }) => `±${format.share(ppm / 1e6)}`,
          },
        ]}
      />
      <div className={styles['below']}>
        {report.provisional && <p>{t.provider.provisionalText}</p>}
        <p>
          <ReportLink digest={report.digest} />
        </p>
      </div>
    </Panel>
  )
}
