/** One screen for a machine, a site, a hub and the whole net: what is let of it, what is in use. */
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { MonitorMetric } from '../../messages/index.ts'
import type { MonitorSeries, MonitorState } from '../../wire/index.ts'
import { HistoryPanel } from '../evaluation/history-panel.tsx'
import { ProofsPanel } from '../evaluation/proofs-panel.tsx'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { useMonitor, useSeries, type MonitorStep, type Watched } from '../state/monitor.ts'
import { useSettings } from '../state/settings.ts'
import { Page } from '../ui/page.tsx'
import { Panel } from '../ui/panel.tsx'
import { Segmented } from '../ui/segmented.tsx'
import { Empty, Loading, Problem } from '../ui/states.tsx'
import styles from './monitor.module.css'
import { PartsPanel, SubjectLink } from './parts-panel.tsx'
import { SeriesChart, SeriesPanel, type Drawn } from './series-panel.tsx'
import { SubjectStats } from './subject-stats.tsx'

export function NetPage() {
  return <SubjectPage watched={{ kind: 'national', id: '' }} />
}
export function HubPage() {
  const { id } = useParams({ from: '/hubs/$id' })
  return <SubjectPage watched={{ kind: 'hub', id }} />
}
export function SitePage() {
  const { id } = useParams({ from: '/sites/$id' })
  return <SubjectPage watched={{ kind: 'site', id }} />
}
export function NodePage() {
  const { id } = useParams({ from: '/nodes/$id' })
  return <SubjectPage watched={{ kind: 'node', id }} />
}

function SubjectPage({ watched }: { readonly watched: Watched }) {
  const t = useText()
  const { language } = useSettings()
  const query = useMonitor(watched)
  if (query.isPending || query.isError) {
    return (
      <Page title={t.monitor.title} lead={t.monitor.lead}>
        {query.isPending ? <Loading lines={6} /> : <Problem error={query.error} />}
      </Page>
    )
  }
  const { subject } = query.data
  const isNet = subject.kind === 'national'
  const title = isNet
    ? t.monitor.title
    : `${t.monitor.kinds[subject.kind]} ${subject.name[language]}`
  return (
    <Page
      title={title}
      lead={isNet ? t.monitor.lead : <Above state={query.data} />}
      actions={
        <Link to="/wall" className={styles['wall']}>
          {t.monitor.wall}
        </Link>
      }
    >
      <SubjectStats state={query.data} />
      {isNet && subject.nodes === 0 ? (
        <Empty title={t.monitor.none}>{t.monitor.noneText}</Empty>
      ) : (
        <Series key={`${watched.kind} ${watched.id}`} watched={watched} state={query.data} />
      )}
      {subject.kind === 'node' && (
        <>
          <HistoryPanel node={watched.id} />
          <ProofsPanel node={watched.id} />
        </>
      )}
    </Page>
  )
}

/** The way up: to the net, the hub, the site. */
function Above({ state: { subject, above } }: { readonly state: MonitorState }) {
  const t = useText()
  return (
    <nav className={styles['above']} aria-label={t.monitor.kinds[subject.kind]}>
      <Link to="/monitor">{t.monitor.net}</Link>
      {above.map((one) => (
        <SubjectLink key={one.id} subject={one} />
      ))}
    </nav>
  )
}

const BOTH = ['cpu_busy', 'gpu_busy', 'allocated_cores', 'allocated_cards'] as const
const GROUPS: readonly {
  readonly title: 'work' | 'disk' | 'network' | 'quality' | 'health'
  readonly charts: readonly (readonly Drawn[])[]
}[] = [
  {
    title: 'work',
    charts: [
      [
        { metric: 'mem_used', colour: 'blue' },
        { metric: 'psi_cpu', colour: 'amber' },
        { metric: 'cpu_steal', colour: 'red', dashed: true },
      ],
    ],
  },
  {
    title: 'network',
    charts: [
      [
        { metric: 'net_rx_bps', colour: 'blue' },
        { metric: 'net_tx_bps', colour: 'amber', dashed: true },
      ],
    ],
  },
  {
    title: 'disk',
    charts: [
      [
        { metric: 'disk_read_bps', colour: 'blue' },
        { metric: 'disk_write_bps', colour: 'amber', dashed: true },
      ],
    ],
  },
  {
    title: 'quality',
    charts: [
      [
        { metric: 'rtt_us', colour: 'blue' },
        { metric: 'jitter_us', colour: 'amber', dashed: true },
      ],
    ],
  },
]
const METRICS: readonly MonitorMetric[] = [
  ...BOTH,
  ...GROUPS.flatMap(({ charts }) => charts.flatMap((drawn) => drawn.map(({ metric }) => metric))),
]
const STEPS: readonly MonitorStep[] = ['1s', '1m', '1h']

/** Was anything of these measured? Before an answer nobody knows. */
function isMeasured(series: MonitorSeries | null, charts: readonly (readonly Drawn[])[]): boolean {
  if (series === null) return true
  return charts.some((drawn) =>
    drawn.some(({ metric }) => series.metrics[metric]?.mean.some((value) => value !== null)),
  )
}

function Series({ watched, state }: { readonly watched: Watched; readonly state: MonitorState }) {
  const t = useText()
  const format = useFormat()
  const [step, setStep] = useState<MonitorStep>('1s')
  const series = useSeries(watched, step, METRICS).data ?? null
  const hasCards = state.subject.sellable.cards > 0
  const both: Drawn[] = [
    {
      metric: hasCards ? 'allocated_cards' : 'allocated_cores',
      colour: 'blue',
      name: t.monitor.allocation,
    },
    {
      metric: hasCards ? 'gpu_busy' : 'cpu_busy',
      colour: 'green',
      dashed: true,
      name: t.monitor.utilisation,
    },
  ]
  return (
    <>
      <Panel
        title={t.monitor.both}
        note={t.monitor.bothNote}
        actions={
          <Segmented
            label={t.monitor.step}
            value={step}
            options={STEPS.map((value) => ({ value, label: t.monitor.steps[value] }))}
            onChange={setStep}
          />
        }
      >
        <SeriesChart series={series} drawn={both} label={t.monitor.both} top={1} />
      </Panel>
      {watched.kind !== 'node' && <PartsPanel state={state} />}
      <div className={styles['grid']}>
        {GROUPS.filter(({ charts }) => isMeasured(series, charts)).map(({ title, charts }) => (
          <SeriesPanel key={title} title={t.monitor[title]} charts={charts} series={series} />
        ))}
      </div>
      <p className="small muted">{t.monitor.since(format.moment(state.since))}</p>
    </>
  )
}
