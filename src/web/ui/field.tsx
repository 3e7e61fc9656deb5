import { useId, type ReactNode } from 'react'
import styles from './field.module.css'

interface Wiring {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': true | undefined
  readonly className: string
}
interface Props {
  readonly label: string
  readonly hint?: string | null
  readonly error?: string | null
  /** what stands behind the value, such as a unit */
  readonly unit?: string
  /** gets the attributes that tie the control to its label and texts */
  readonly children: (wiring: Wiring) => ReactNode
}

/** A labelled control with its unit, a hint, and what is wrong with it. */
export function Field({ label, hint = null, error = null, unit, children }: Props) {
  const id = useId()
  const text = error ?? hint
  return (
    <div className={styles['field']}>
      <label htmlFor={id} className={styles['label']}>
        {label}
      </label>
      <div className={styles['control']}>
        {children({
          id,
          'aria-describedby': text === null ? undefined : `${id}-text`,
          'aria-invalid': error === null ? undefined : true,
          className: styles['input'] ?? '',
        })}
        {unit !== undefined && <span className={styles['unit']}>{unit}</span>}
      </div>
      {text !== null && (
        <p id={`${id}-text`} className={error === null ? styles['hint'] : styles['error']}>
          {text}
        </p>
      )}
    </div>
  )
}
