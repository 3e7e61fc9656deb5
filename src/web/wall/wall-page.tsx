/** The monitoring wall: everything at one glance on one screen, for rooms and for those who pass by. */
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { MonitorState } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { useServerNow } from '../state/clock.ts'
import { useFormat } from '../format/use-format.ts'
import { useMonitor } from '../state/monitor.ts'
import { statusQuery } from '../state/queries.ts'
import { Loading, Problem } from '../ui/states.tsx'
import { HubMap } from './hub-map.tsx'
import { Scenes } from './scenes.tsx'
import { useRotation } from './rotation.ts'
import { WallFigures } from './wall-figures.tsx'
import styles from './wall.module.css'

const SCENES = ['trend', 'machines', 'quality', 'market'] as const

export function WallPage() {
  const t = useText()
  const query = useMonitor({ kind: 'national', id: '' })
  const rotation = useRotation(SCENES.length)
  useEffect(() => {
    document.title = `${t.wall.title} · Suan 算`
  }, [t])
  return (
    <div className={styles['wall']} data-paused={rotation.isPaused || undefined}>
      <Head isPaused={rotation.isPaused} onToggle={rotation.toggle} />
      {query.isPending ? (
        <Loading lines={8} />
      ) : query.isError ? (
        <Problem error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Body state={query.data} at={rotation.at} show={rotation.show} />
      )}
    </div>
  )
}

function Head({
  isPaused,
  onToggle,
}: {
  readonly isPaused: boolean
  readonly onToggle: () => void
}) {
  const t = useText()
  const format = useFormat()
  const nowMs = useServerNow()
  const isSandbox = useQuery(statusQuery).data?.sandbox === true
  return (
    <header className={styles['head']}>
      <h1>
        <span className={styles['mark']} aria-hidden="true">
          算
        </span>
        {t.wall.title}
      </h1>
      {isSandbox && <p className={styles['sandbox']}>{t.shell.playMoneyShort}</p>}
      <p className={styles['clock']}>{format.moment(new Date(nowMs).toISOString())}</p>
      <div className={styles['tools']}>
        <button type="button" onClick={onToggle} aria-pressed={isPaused} title={t.wall.pauseKey}>
          {isPaused ? t.wall.resume : t.wall.pause}
        </button>
        <Link to="/monitor">{t.wall.leave}</Link>
      </div>
    </header>
  )
}

function Body({
  state,
  at,
  show,
}: {
  readonly state: MonitorState
  readonly at: number
  readonly show: (at: number) => void
}) {
  const t = useText()
  return (
    <>
      <WallFigures state={state} />
      <HubMap hubs={state.parts} />
      <section className={styles['scene']} aria-label={t.wall.scenes[SCENES[at]!]}>
        <Scenes scene={SCENES[at]!} state={state} />
        <div
          className={styles['dots']}
          role="group"
          aria-label={t.wall.scene(at + 1, SCENES.length)}
        >
          {SCENES.map((scene, place) => (
            <button
              key={scene}
              type="button"
              aria-label={t.wall.scenes[scene]}
              aria-pressed={place === at}
              onClick={() => show(place)}
            />
          ))}
        </div>
      </section>
      <p className={styles['since']}>{t.wall.mapNote}</p>
    </>
  )
}

export type Scene = (typeof SCENES)[number]
