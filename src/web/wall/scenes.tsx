/** The views that the wall shows in turn. */
import { useQuery } from '@tanstack/react-query'
import type { MonitorState, Ticker } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { Change } from '../market/change.tsx'
import { measure } from '../monitor/measure.ts'
import { SubjectLink } from '../monitor/parts-panel.tsx'
import { SeriesChart, type Drawn } from '../monitor/series-panel.tsx'
import { ShareBar } from '../monitor/share-bar.tsx'
import { busiestQuery, useSeries } from '../state/monitor.ts'
import { tickersQuery } from '../state/queries.ts'
import type { Scene } from './wall-page.tsx'
import styles from './wall.module.css'

const NET = { kind: 'national', id: '' } as const
const ROWS = 11

export function Scenes({ scene, state }: { readonly scene: Scene; readonly state: MonitorState }) {
  const t = useText()
  return (
    <>
      <h2>{t.wall.scenes[scene]}</h2>
      {scene === 'trend' && <Trend state={state} />}
      {scene === 'machines' && <Machines />}
      {scene === 'quality' && <Quality />}
      {scene === 'market' && <Market />}
    </>
  )
}

function Trend({ state }: { readonly state: MonitorState }) {
  const t = useText()
  const hasCards = state.subject.sellable.cards > 0
  const drawn: Drawn[] = [
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
  const series =
    useSeries(
      NET,
      '1s',
      drawn.map(({ metric }) => metric),
    ).data ?? null
  return <SeriesChart series={series} drawn={drawn} label={t.wall.scenes.trend} top={1} />
}

const QUALITY: readonly Drawn[] = [
  { metric: 'rtt_us', colour: 'blue' },
  { metric: 'jitter_us', colour: 'amber', dashed: true },
]

function Quality() {
  const t = useText()
  const series =
    useSeries(
      NET,
      '1s',
      QUALITY.map(({ metric }) => metric),
    ).data ?? null
  return <SeriesChart series={series} drawn={QUALITY} label={t.wall.scenes.quality} />
}

function Machines() {
  const t = useText()
  const format = useFormat()
  const rows = useQuery(busiestQuery).data?.data.slice(0, ROWS) ?? []
  if (rows.length === 0) return <p className={styles['note']}>{t.monitor.none}</p>
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{t.monitor.name}</th>
          <th scope="col">{t.monitor.allocation}</th>
          <th scope="col">{t.monitor.utilisation}</th>
          <th scope="col">{t.monitor.metrics.rtt_us}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td>
              <SubjectLink subject={row} />
            </td>
            <td>
              <ShareBar share={row.allocation_rate} />
            </td>
            <td>
              <ShareBar share={row.utilisation} tone="busy" />
            </td>
            <td>
              {row.values.rtt_us === undefined ? '–' : measure(format, 'rtt_us', row.values.rtt_us)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Market() {
  const t = useText()
  const format = useFormat()
  const all = useQuery({ ...tickersQuery, refetchInterval: 5_000 }).data?.data ?? []
  // What was traded last comes first.
  const at = (one: Ticker) => one.last_trade_at ?? ''
  const rows = all.toSorted((a, b) => (at(a) < at(b) ? 1 : -1)).slice(0, ROWS)
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{t.monitor.name}</th>
          <th scope="col">{t.wall.offers}</th>
          <th scope="col">{t.wall.change}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.symbol}>
            <td>{row.symbol}</td>
            <td>{row.last === null ? t.wall.noTrade : format.money(row.last)}</td>
            <td>
              <Change from={row.open} to={row.last} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
