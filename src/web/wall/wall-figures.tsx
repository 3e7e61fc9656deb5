import type { ReactNode } from 'react'
import type { MonitorState } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { measure } from '../monitor/measure.ts'
import { Ring } from './ring.tsx'
import styles from './wall.module.css'

/** Allocation rate and utilisation large and apart, and what they are of. */
export function WallFigures({ state: { subject } }: { readonly state: MonitorState }) {
  const t = useText()
  const format = useFormat()
  const { sellable, allocated, values } = subject
  return (
    <section className={styles['figures']} aria-label={t.monitor.net}>
      <Ring
        name={t.monitor.allocation}
        note={t.monitor.allocationNote}
        share={subject.allocation_rate}
        tone="let"
      />
      <Ring
        name={t.monitor.utilisation}
        note={t.monitor.utilisationNote}
        share={subject.utilisation}
        tone="busy"
      />
      <dl className={styles['facts']}>
        <Fact name={t.monitor.reporting}>
          {t.monitor.reportingOf(subject.nodes_reporting, subject.nodes)}
        </Fact>
        <Fact name={t.monitor.leases}>{format.number(subject.leases)}</Fact>
        <Fact name={t.monitor.cores}>
          {t.monitor.of(format.number(allocated.cores), format.number(sellable.cores))}
        </Fact>
        {sellable.cards > 0 && (
          <Fact name={t.monitor.cards}>
            {t.monitor.of(format.number(allocated.cards), format.number(sellable.cards))}
          </Fact>
        )}
        <Fact name={t.monitor.metrics.rtt_us}>
          {values.rtt_us === undefined ? '–' : measure(format, 'rtt_us', values.rtt_us)}
        </Fact>
        <Fact name={t.monitor.metrics.loss_ppm}>
          {values.loss_ppm === undefined ? '–' : measure(format, 'loss_ppm', values.loss_ppm)}
        </Fact>
      </dl>
    </section>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
