/** What stands where data will be: loading, nothing there, something went wrong. */
import type { ReactNode } from 'react'
import { useSettings } from '../state/settings.ts'
import { useText } from '../i18n/use-text.ts'
import { Button } from './button.tsx'
import { describeError } from './describe-error.ts'
import styles from './states.module.css'

/** Grey lines in the place of data that is on its way. */
export function Loading({ lines = 3 }: { readonly lines?: number }) {
  const t = useText()
  return (
    <div className={styles['loading']} aria-busy="true">
      <span className="hidden">{t.shell.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className={styles['line']} aria-hidden="true" />
      ))}
    </div>
  )
}

export function Empty({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ReactNode
}) {
  return (
    <div className={styles['empty']}>
      <p className={styles['emptyTitle']}>{title}</p>
      {children !== undefined && <div className="small muted">{children}</div>}
    </div>
  )
}

/** A refusal or fault: what it means, its code, and a way on when there is one. */
export function Problem({
  error,
  onRetry,
}: {
  readonly error: unknown
  readonly onRetry?: () => void
}) {
  const { language } = useSettings()
  const t = useText()
  const { text, code, fields } = describeError(error, language)
  return (
    <div className={styles['problem']} role="alert">
      <p>{text}</p>
      {fields.length > 0 && (
        <ul>
          {fields.map((field) => (
            <li key={field}>{field}</li>
          ))}
        </ul>
      )}
      <p className={styles['code']}>{code}</p>
      {onRetry !== undefined && (
        <Button small onClick={onRetry}>
          {t.shell.tryAgain}
        </Button>
      )}
    </div>
  )
}
