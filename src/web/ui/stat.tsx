import type { ReactNode } from 'react'
import styles from './stat.module.css'

/** One important figure with its name. */
export function Stat({
  name,
  value,
  note,
}: {
  readonly name: string
  readonly value: ReactNode
  readonly note?: ReactNode
}) {
  return (
    <div className={styles['stat']}>
      <p className={styles['name']}>{name}</p>
      <p className={styles['value']}>{value}</p>
      {note !== undefined && <p className="small muted">{note}</p>}
    </div>
  )
}
