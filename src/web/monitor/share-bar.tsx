import { useFormat } from '../format/use-format.ts'
import styles from './share-bar.module.css'

/** A share as a bar with its figure; a dash where it is not known. */
export function ShareBar({
  share,
  tone = 'let',
}: {
  readonly share: number | null
  readonly tone?: 'let' | 'busy'
}) {
  const format = useFormat()
  if (share === null) return <span className="muted">–</span>
  return (
    <span className={styles['row']}>
      <span className={styles['track']} aria-hidden="true">
        <span
          className={styles['bar']}
          data-tone={tone}
          style={{ transform: `scaleX(${Math.min(1, share)})` }}
        />
      </span>
      <span className={styles['text']}>{format.share(share)}</span>
    </span>
  )
}
