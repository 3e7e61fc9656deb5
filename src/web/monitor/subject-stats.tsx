import type { MonitorMetric } from '../../messages/index.ts'
import type { MonitorState } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { Stat } from '../ui/stat.tsx'
import { measure, memoryText } from './measure.ts'
import styles from './monitor.module.css'
import { StateBadge } from './state-badge.tsx'

const QUALITY: readonly MonitorMetric[] = [
  'rtt_us',
  'jitter_us',
  'loss_ppm',
  'cpu_throttled',
  'temp_c',
  'ecc_errors',
  'power_w',
  'gpu_power_w',
]

/** The figures of a subject at one glance; quality only where it is measured. */
export function SubjectStats({ state: { subject } }: { readonly state: MonitorState }) {
  const t = useText()
  const format = useFormat()
  const { sellable, allocated, values } = subject
  const share = (value: number | null) => (value === null ? '–' : format.share(value))
  const measured = QUALITY.filter((metric) => values[metric] !== undefined)
  return (
    <div className={styles['stats']}>
      <Stat
        name={t.monitor.allocation}
        value={share(subject.allocation_rate)}
        note={t.monitor.allocationNote}
      />
      <Stat
        name={t.monitor.utilisation}
        value={share(subject.utilisation)}
        note={t.monitor.utilisationNote}
      />
      <Stat
        name={subject.kind === 'node' ? t.monitor.state : t.monitor.reporting}
        value={<StateBadge subject={subject} />}
        note={subject.kind === 'node' ? undefined : t.monitor.reportingNote}
      />
      <Stat
        name={t.monitor.leases}
        value={format.number(subject.leases)}
        note={t.monitor.leasesNote}
      />
      <Stat
        name={t.monitor.cores}
        value={t.monitor.of(format.number(allocated.cores), format.number(sellable.cores))}
      />
      {sellable.cards > 0 && (
        <Stat
          name={t.monitor.cards}
          value={t.monitor.of(format.number(allocated.cards), format.number(sellable.cards))}
        />
      )}
      <Stat
        name={t.monitor.memory}
        value={t.monitor.of(
          memoryText(format, allocated.memory_mib),
          memoryText(format, sellable.memory_mib),
        )}
      />
      {measured.map((metric) => (
        <Stat
          key={metric}
          name={t.monitor.metrics[metric]}
          value={measure(format, metric, values[metric] ?? 0)}
        />
      ))}
    </div>
  )
}
