import type { MonitorMetric } from '../../messages/index.ts'
import type { MonitorSeries } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { Panel } from '../ui/panel.tsx'
import { LineChart, type Line, type LineColour } from './line-chart.tsx'
import { measure } from './measure.ts'

/** A metric and how its line looks. */
export interface Drawn {
  readonly metric: MonitorMetric
  readonly colour: LineColour
  readonly dashed?: boolean
  readonly name?: string
}

/** Some metrics of one unit over time. */
export function SeriesChart({
  series,
  drawn,
  label,
  top,
}: {
  readonly series: MonitorSeries | null
  readonly drawn: readonly Drawn[]
  readonly label: string
  readonly top?: number
}) {
  const t = useText()
  const format = useFormat()
  const lines = drawn.map(({ metric, colour, dashed, name }): Line => ({
    name: name ?? t.monitor.metrics[metric],
    colour,
    values: series?.metrics[metric]?.mean ?? [],
    ...(dashed === undefined ? {} : { dashed }),
  }))
  const unit = drawn[0]?.metric ?? 'cpu_busy'
  return (
    <LineChart
      label={t.monitor.chartOf(label)}
      lines={lines}
      format={(value) => measure(format, unit, value)}
      times={series === null ? ['', ''] : [format.clock(series.from), t.monitor.now]}
      empty={t.monitor.noData}
      {...(top === undefined ? {} : { top })}
    />
  )
}

/** The same in a panel of its own. */
export function SeriesPanel({
  title,
  note,
  charts,
  series,
}: {
  readonly title: string
  readonly note?: string
  readonly charts: readonly (readonly Drawn[])[]
  readonly series: MonitorSeries | null
}) {
  return (
    <Panel title={title} {...(note === undefined ? {} : { note })}>
      {charts.map((drawn) => (
        <SeriesChart key={drawn[0]?.metric} series={series} drawn={drawn} label={title} />
      ))}
    </Panel>
  )
}
