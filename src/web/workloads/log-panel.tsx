import { useEffect, useRef, useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { api } from '../state/session.ts'
import { useStore } from '../state/store.ts'
import { useChannel } from '../state/stream.tsx'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Check } from '../ui/check.tsx'
import { Field } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { saveBytes } from '../ui/save-bytes.ts'
import { Segmented } from '../ui/segmented.tsx'
import { Problem } from '../ui/states.tsx'
import { LogLines } from './log-lines.tsx'
import { LINES_KEPT, LogStore, type LogStream } from './log-store.ts'
import styles from './log.module.css'

/** The live log: follow it, search it, choose a stream, keep the whole of it as a file. */
export function LogPanel({ workload }: { readonly workload: string }) {
  const t = useText()
  const [store] = useState(() => new LogStore())
  useChannel('logs', { workload_id: workload }, (frame) => store.take(frame))
  const view = useStore(store.view)
  const [stream, setStream] = useState<LogStream | 'both'>('both')
  const [find, setFind] = useState('')
  const [follow, setFollow] = useState(true)
  const place = useRef<HTMLDivElement>(null)
  const wanted = find.trim().toLowerCase()
  const lines = view.lines.filter(
    (line) =>
      (stream === 'both' || line.stream === stream) && line.text.toLowerCase().includes(wanted),
  )
  useEffect(() => {
    if (follow && lines.length > 0) place.current?.scrollTo({ top: place.current.scrollHeight })
  }, [follow, lines])
  const download = useAction(async () => {
    const query = stream === 'both' ? {} : { stream }
    const bytes = await api().getWorkloadLog({ params: { workload_id: workload }, query })
    await saveBytes(bytes, `${workload}.log`)
    return null
  })
  return (
    <Panel
      title={t.workloads.log}
      actions={
        <Button small busy={download.busy} onClick={() => download.run(undefined)}>
          {t.workloads.download}
        </Button>
      }
    >
      <div className={styles['tools']}>
        <Field
          label={t.workloads.find}
          hint={wanted === '' ? null : t.workloads.matches(lines.length)}
        >
          {(wiring) => (
            <input
              {...wiring}
              type="search"
              value={find}
              onChange={(event) => setFind(event.target.value)}
            />
          )}
        </Field>
        <Segmented
          label={t.workloads.streams}
          shown
          value={stream}
          options={[
            { value: 'both', label: t.workloads.both },
            { value: 'stdout', label: 'stdout' },
            { value: 'stderr', label: 'stderr' },
          ]}
          onChange={setStream}
        />
        <Check label={t.workloads.follow} checked={follow} onChange={setFollow} />
      </div>
      {download.error !== null && <Problem error={download.error} />}
      {view.leftOut > 0 && <p className="small muted">{t.workloads.cut(LINES_KEPT)}</p>}
      <div
        ref={place}
        className={styles['log']}
        role="region"
        aria-label={t.workloads.log}
        tabIndex={0}
        onWheel={(event) => {
          if (event.deltaY < 0) setFollow(false)
        }}
      >
        <LogLines lines={lines} wanted={wanted} />
        {lines.length === 0 && <p className="muted">{t.workloads.logEmpty}</p>}
        {view.isEnded && <p className={styles['end']}>— {t.workloads.logEnded} —</p>}
      </div>
    </Panel>
  )
}
