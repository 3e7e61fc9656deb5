/** Hubs around the exchange: a drawing of who is there, without places, distances or borders. */
import type { MonitorSubject } from '../../wire/index.ts'
import { useFormat } from '../format/use-format.ts'
import { useText } from '../i18n/use-text.ts'
import { measure } from '../monitor/measure.ts'
import { SubjectLink } from '../monitor/parts-panel.tsx'
import { placesOf, type Place } from './places.ts'
import styles from './wall.module.css'

const SHOWN_MAX = 16
const RADIUS = 42
const LENGTH = 2 * Math.PI * RADIUS

export function HubMap({ hubs }: { readonly hubs: readonly MonitorSubject[] }) {
  const t = useText()
  const shown = hubs.toSorted((a, b) => b.nodes - a.nodes).slice(0, SHOWN_MAX)
  const places = placesOf(shown.length)
  const most = Math.max(1, ...shown.map(sizeOf))
  return (
    <section className={styles['map']} aria-label={t.wall.map}>
      <svg
        className={styles['ways']}
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {places.map(({ x, y }, at) => (
          <line
            key={shown[at]?.id}
            data-quiet={shown[at]?.reporting === false || undefined}
            x1="50"
            y1="50"
            x2={x}
            y2={y}
          />
        ))}
      </svg>
      {places.map((place, at) => (
        <Beat key={shown[at]?.id} place={place} isOn={shown[at]?.reporting === true} at={at} />
      ))}
      <p className={styles['centre']}>{t.wall.exchange}</p>
      {shown.map((hub, at) => (
        <Hub key={hub.id} hub={hub} place={places[at]!} size={sizeOf(hub) / most} />
      ))}
    </section>
  )
}

/** How large a hub is beside others: by cards where there are some, else by cores. */
function sizeOf({ sellable }: MonitorSubject): number {
  return Math.sqrt(sellable.cores + sellable.cards * 64)
}

function Hub({
  hub,
  place,
  size,
}: {
  readonly hub: MonitorSubject
  readonly place: Place
  readonly size: number
}) {
  const t = useText()
  const format = useFormat()
  const share = (value: number | null) => (value === null ? '–' : format.share(value))
  const rtt = hub.values.rtt_us
  return (
    <div
      className={styles['hub']}
      style={{ left: `${place.x}%`, top: `${place.y}%` }}
      data-quiet={!hub.reporting || undefined}
    >
      <svg viewBox="0 0 100 100" style={{ width: `${3 + size * 3}em` }} aria-hidden="true">
        <circle className={styles['disc']} cx="50" cy="50" r="30" />
        <circle
          className={styles['busy']}
          cx="50"
          cy="50"
          r={30 * Math.sqrt(Math.min(1, hub.utilisation ?? 0))}
        />
        <circle className={styles['track']} cx="50" cy="50" r={RADIUS} />
        <circle
          className={styles['arc']}
          data-tone="let"
          cx="50"
          cy="50"
          r={RADIUS}
          strokeDasharray={`${Math.min(1, hub.allocation_rate ?? 0) * LENGTH} ${LENGTH}`}
          transform="rotate(-90 50 50)"
        />
      </svg>
      <p className={styles['hubName']}>
        <SubjectLink subject={hub} />
      </p>
      <p className={styles['hubFacts']}>
        {t.monitor.allocation} {share(hub.allocation_rate)}
      </p>
      <p className={styles['hubFacts']}>
        {t.monitor.utilisation} {share(hub.utilisation)}
      </p>
      <p className={styles['hubFacts']}>
        {t.monitor.reportingOf(hub.nodes_reporting, hub.nodes)}
        {rtt === undefined ? '' : ` · ${measure(format, 'rtt_us', rtt)}`}
      </p>
    </div>
  )
}

/** A dot that goes from a hub to the exchange every second, as its heartbeats do. */
function Beat({
  place,
  isOn,
  at,
}: {
  readonly place: Place
  readonly isOn: boolean
  readonly at: number
}) {
  if (!isOn) return null
  return (
    <span
      className={styles['beat']}
      aria-hidden="true"
      style={{
        left: `${place.x}%`,
        top: `${place.y}%`,
        ['--dx' as string]: `${50 - place.x}cqw`,
        ['--dy' as string]: `${50 - place.y}cqh`,
        animationDelay: `${(at * 0.37) % 2}s`,
      }}
    />
  )
}
