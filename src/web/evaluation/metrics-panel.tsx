import type { ReportFacts, ReportMetric } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { lookUp } from '../i18n/look-up.ts'
import { useText } from '../i18n/use-text.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Panel } from '../ui/panel.tsx'
import { metricNumber } from './metric-number.ts'

/** Every quantity with its unit, how sure it is, and the reference beside it. */
export function MetricsPanel({ facts }: { readonly facts: ReportFacts }) {
  const t = useText()
  return (
    <Panel flush title={t.evaluation.metricsTitle} note={t.evaluation.metricsNote}>
      <DataTable
        caption={t.evaluation.metricsTitle}
        rows={facts.metrics}
        rowKey={({ metric }) => metric}
        empty={t.evaluation.notMeasured}
        columns={useColumns()}
      />
    </Panel>
  )
}

function useColumns(): Column<ReportMetric>[] {
  const t = useText()
  const format = useFormat()
  const withUnit = (metric: string, value: number) => (
    <>
      {metricNumber(format, metric, value)}{' '}
      <span className="muted">{lookUp(t.evaluation.metricUnits, metric)}</span>
    </>
  )
  return [
    { head: t.evaluation.metric, cell: ({ metric }) => lookUp(t.evaluation.metrics, metric) },
    {
      head: t.evaluation.value,
      align: 'right',
      cell: ({ metric, value }) => withUnit(metric, value),
    },
    {
      head: t.evaluation.plusMinus,
      align: 'right',
      cell: ({ plus_minus_ppm: ppm }) => `±${format.share(ppm / 1e6)}`,
    },
    {
      head: t.evaluation.scatter,
      align: 'right',
      cell: ({ cv_ppm: ppm }) => format.share(ppm / 1e6),
    },
    { head: t.evaluation.runs, align: 'right', cell: ({ runs }) => format.number(runs) },
    {
      head: t.evaluation.reference,
      align: 'right',
      cell: ({ metric, reference }) => (reference === null ? '–' : withUnit(metric, reference)),
    },
    {
      head: t.evaluation.points,
      align: 'right',
      cell: ({ points, fault }) =>
        points === null ? (
          <span className="muted">{fault === null ? '–' : t.evaluation.unratedReasons[fault]}</span>
        ) : (
          <strong>{format.number(points)}</strong>
        ),
    },
    {
      head: t.evaluation.better,
      wide: true,
      cell: (row) => (row.lower_is_better ? t.evaluation.lower : t.evaluation.higher),
    },
    {
      head: t.evaluation.counts,
      wide: true,
      cell: ({ dimensions }) => dimensions.map((one) => t.evaluation.dimensions[one]).join(', '),
    },
  ]
}
