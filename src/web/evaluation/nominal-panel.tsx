import type { ReactNode } from 'react'
import type { ReportFacts } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { lookUp } from '../i18n/look-up.ts'
import { useText } from '../i18n/use-text.ts'
import { DataTable } from '../ui/data-table.tsx'
import { Facts } from '../ui/facts.tsx'
import { Panel } from '../ui/panel.tsx'
import { metricNumber } from './metric-number.ts'
import styles from './report.module.css'

interface Line {
  readonly part: keyof ReturnType<typeof useText>['evaluation']['parts']
  readonly nominal: ReactNode
  readonly measured: ReactNode
}

/** What the machine says it is beside what it did. */
export function NominalPanel({ facts }: { readonly facts: ReportFacts }) {
  const t = useText()
  return (
    <Panel flush title={t.evaluation.nominalTitle} note={t.evaluation.nominalNote}>
      <div className={styles['nominal']}>
        <DataTable
          caption={t.evaluation.nominalTitle}
          rows={useLines(facts)}
          rowKey={({ part }) => part}
          empty={t.evaluation.notMeasured}
          columns={[
            { head: t.evaluation.part, cell: ({ part }) => t.evaluation.parts[part] },
            { head: t.evaluation.nominal, cell: ({ nominal }) => nominal },
            { head: t.evaluation.measured, cell: ({ measured }) => measured },
          ]}
        />
      </div>
    </Panel>
  )
}

function useLines({ nominal, metrics, power }: ReportFacts): Line[] {
  const t = useText()
  const format = useFormat()
  const values = new Map(metrics.map(({ metric, value }) => [metric, value]))
  const told = (...names: readonly string[]): ReactNode => {
    const known = names.filter((name) => values.has(name))
    if (known.length === 0) return <span className="muted">{t.evaluation.notMeasured}</span>
    return known.map((name) => (
      <span key={name} className={styles['measured']}>
        <span className="muted">{lookUp(t.evaluation.metrics, name)}</span>{' '}
        {metricNumber(format, name, values.get(name) ?? 0)} {lookUp(t.evaluation.metricUnits, name)}
      </span>
    ))
  }
  const one = values.get('int_1t_ops_per_s') ?? 0
  const threads = one === 0 ? null : (values.get('int_nt_ops_per_s') ?? 0) / one
  const cards = nominal.gpus.map(({ name, memory_mib: mib }) => `${name} ${format.memory(mib)}`)
  return [
    {
      part: 'processor',
      nominal: [nominal.cpu_model, nominal.isa_level, nominal.virtual ? t.evaluation.virtual : '']
        .filter((text) => text !== '')
        .join(' · '),
      measured: told('int_1t_ops_per_s', 'fp_1t_steps_per_s', 'dgemm_nt_mflops'),
    },
    {
      part: 'threads',
      nominal: format.number(nominal.cores),
      measured:
        threads === null
          ? told()
          : t.evaluation.threadsWorth(
              format.number(threads, { max: 2 }),
              format.share(threads / Math.max(1, nominal.cores)),
            ),
    },
    {
      part: 'memory',
      nominal: format.memory(nominal.memory_mib),
      measured: told('triad_nt_mb_per_s', 'latency_ps'),
    },
    {
      part: 'disk',
      nominal: format.memory(nominal.disk_mib),
      measured: told('disk_read_mb_per_s', 'disk_write_mb_per_s', 'disk_reads_per_s'),
    },
    {
      part: 'cards',
      nominal: cards.length === 0 ? t.evaluation.noCards : cards.join(' · '),
      measured: cards.length === 0 ? '–' : t.evaluation.cardsNotMeasured,
    },
    {
      part: 'network',
      nominal: t.evaluation.noClaim,
      measured: told('rtt_ns', 'download_kb_per_s'),
    },
    {
      part: 'energy',
      nominal: t.evaluation.energyTier(power.tier, power.source),
      measured: told('int_ops_per_joule'),
    },
  ]
}

/** What else the machine did meanwhile: the reasons for not rating come from here. */
export function ConditionsPanel({ facts: { conditions } }: { readonly facts: ReportFacts }) {
  const t = useText()
  const format = useFormat()
  const { lowest_khz: lowest, highest_khz: highest } = conditions
  const share = (permille: number): string => format.share(permille / 1_000)
  const gigahertz = (khz: number): string => format.number(khz / 1e6, { max: 2 })
  const clock =
    lowest === null || highest === null
      ? t.evaluation.clockUnknown
      : `${gigahertz(lowest)}–${gigahertz(highest)} GHz`
  return (
    <Panel title={t.evaluation.conditionsTitle}>
      <Facts
        facts={[
          [t.evaluation.conditions.foreign, share(conditions.foreign_permille)],
          [t.evaluation.conditions.steal, share(conditions.steal_permille)],
          [t.evaluation.conditions.pressure, share(conditions.pressure_permille)],
          [
            t.evaluation.conditions.load,
            format.number(conditions.load_permille / 1_000, { max: 2 }),
          ],
          [t.evaluation.conditions.clock, clock],
          [t.evaluation.conditions.duration, format.duration(conditions.duration_ms / 1_000)],
        ]}
      />
    </Panel>
  )
}
