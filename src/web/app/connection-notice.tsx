import { useText } from '../i18n/use-text.ts'
import { useServerNow } from '../state/clock.ts'
import { useLiveness } from '../state/stream.tsx'
import styles from './connection-notice.module.css'

/** Shown only while what the page shows may be old, with how old it is. */
export function ConnectionNotice() {
  const t = useText()
  const { state, heardAtMs } = useLiveness()
  const isLost = heardAtMs !== null && state !== 'open'
  const nowMs = useServerNow(isLost)
  if (!isLost) return null
  const seconds = Math.max(0, Math.round((nowMs - heardAtMs) / 1_000))
  return (
    <p className={styles['notice']}>
      {state === 'server_shutdown' ? t.shell.stopping : t.shell.reconnecting} ·{' '}
      {t.shell.staleFor(seconds)}
    </p>
  )
}
