import { Fragment, type ReactNode } from 'react'
import styles from './facts.module.css'

/** Names with their values. `columns` puts each name above its value, in a grid. */
export function Facts({
  facts,
  columns,
}: {
  readonly facts: readonly (readonly [name: string, value: ReactNode])[]
  readonly columns?: boolean
}) {
  if (columns === true) {
    return (
      <dl className={styles['grid']}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    )
  }
  return (
    <dl className={styles['list']}>
      {facts.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
