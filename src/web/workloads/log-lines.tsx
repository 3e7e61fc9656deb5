import { memo } from 'react'
import { useText } from '../i18n/use-text.ts'
import type { LogLine } from './log-store.ts'
import styles from './log.module.css'

/** Lines with their numbers; stderr is marked by a word beside the colour, finds by a ground. */
export const LogLines = memo(function LogLines({
  lines,
  wanted,
}: {
  readonly lines: readonly LogLine[]
  readonly wanted: string
}) {
  const t = useText()
  return (
    <ol className={styles['lines']}>
      {lines.map((line) => (
        <li key={line.number} data-stream={line.stream}>
          <span className={styles['number']} aria-hidden="true">
            {line.number}
          </span>
          {line.stream === 'stderr' && (
            <span className={styles['mark']}>{t.workloads.stderrMark}</span>
          )}
          <Found text={line.text} wanted={wanted} />
        </li>
      ))}
    </ol>
  )
})

function Found({ text, wanted }: { readonly text: string; readonly wanted: string }) {
  const at = wanted === '' ? -1 : text.toLowerCase().indexOf(wanted)
  if (at < 0) return <span className={styles['text']}>{text}</span>
  return (
    <span className={styles['text']}>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + wanted.length)}</mark>
      {text.slice(at + wanted.length)}
    </span>
  )
}
