import { useId, type ReactNode } from 'react'
import styles from './panel.module.css'

interface Props {
  readonly title: string
  readonly note?: ReactNode
  readonly actions?: ReactNode
  readonly flush?: boolean
  readonly children: ReactNode
}

/** A part of a page with its heading. `flush` lets a table reach the edges. */
export function Panel({ title, note, actions, flush, children }: Props) {
  const id = useId()
  return (
    <section className={styles['panel']} aria-labelledby={id}>
      <header className={styles['head']}>
        <div>
          <h2 id={id}>{title}</h2>
          {note !== undefined && <p className="small muted">{note}</p>}
        </div>
        {actions !== undefined && <div className={styles['actions']}>{actions}</div>}
      </header>
      <div className={flush ? styles['flush'] : styles['body']}>{children}</div>
    </section>
  )
}
