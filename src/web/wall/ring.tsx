import { useFormat } from '../format/use-format.ts'
import styles from './wall.module.css'

const RADIUS = 42
const LENGTH = 2 * Math.PI * RADIUS

/** A share as a ring with its figure in it. */
export function Ring({
  name,
  note,
  share,
  tone,
}: {
  readonly name: string
  readonly note: string
  readonly share: number | null
  readonly tone: 'let' | 'busy'
}) {
  const format = useFormat()
  const part = Math.min(1, share ?? 0) * LENGTH
  return (
    <div className={styles['ring']}>
      <div className={styles['dial']}>
        <svg viewBox="0 0 100 100" aria-hidden="true">
          <circle className={styles['track']} cx="50" cy="50" r={RADIUS} />
          <circle
            className={styles['arc']}
            data-tone={tone}
            cx="50"
            cy="50"
            r={RADIUS}
            strokeDasharray={`${part} ${LENGTH}`}
            transform="rotate(-90 50 50)"
          />
        </svg>
        <p className={styles['share']}>{share === null ? '–' : format.share(share)}</p>
      </div>
      <div>
        <h2>{name}</h2>
        <p className={styles['note']}>{note}</p>
      </div>
    </div>
  )
}
