import { useId, type ButtonHTMLAttributes, type ReactNode } from 'react'
import styles from './button.module.css'

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  readonly tone?: 'primary' | 'plain' | 'danger' | 'quiet' | 'buy' | 'sell'
  readonly small?: boolean
  readonly busy?: boolean
  /** why it cannot be used now; shown below the button */
  readonly why?: string | null
  readonly children: ReactNode
}

/** A button that stays focusable when it cannot be used, and says why. */
export function Button({ tone = 'plain', small, busy, why = null, children, ...rest }: Props) {
  const id = useId()
  const blocked = why !== null || busy === true
  const button = (
    <button
      type="button"
      {...rest}
      className={[styles['button'], styles[tone], small ? styles['small'] : ''].join(' ')}
      aria-disabled={blocked || undefined}
      aria-busy={busy || undefined}
      aria-describedby={why === null ? rest['aria-describedby'] : id}
      onClick={blocked ? (event) => event.preventDefault() : rest.onClick}
    >
      {children}
    </button>
  )
  if (why === null) return button
  return (
    <span className={styles['withWhy']}>
      {button}
      <span id={id} className={styles['why']}>
        {why}
      </span>
    </span>
  )
}
