import styles from './stack-bar.module.css'

export type PartColour = 'grey' | 'green' | 'pale' | 'blue' | 'amber'
export interface Part {
  readonly colour: PartColour
  readonly name: string
  readonly share: number
  readonly text: string
}

/** Parts of a whole: a bar and, below it, every part with its colour and value. */
export function StackBar({
  label,
  parts,
}: {
  readonly label: string
  readonly parts: readonly Part[]
}) {
  return (
    <div className={styles['stack']}>
      <div className={styles['bar']} aria-hidden="true">
        {parts.map((part) => (
          <span
            key={part.name}
            data-part={part.colour}
            style={{ width: `${Math.max(0, Math.min(1, part.share)) * 100}%` }}
          />
        ))}
      </div>
      <dl className={styles['legend']} aria-label={label}>
        {parts.map((part) => (
          <div key={part.name}>
            <dt>
              <span data-part={part.colour} aria-hidden="true" />
              {part.name}
            </dt>
            <dd>{part.text}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
