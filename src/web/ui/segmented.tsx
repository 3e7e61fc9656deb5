import { useId } from 'react'
import styles from './segmented.module.css'

interface Props<T extends string> {
  readonly label: string
  /** show the label above the choices; otherwise only a screen reader says it */
  readonly shown?: boolean
  readonly value: T
  readonly options: readonly {
    readonly value: T
    readonly label: string
    readonly tone?: 'up' | 'down'
  }[]
  readonly onChange: (value: T) => void
}

/** One choice of a few, side by side: radio buttons. */
export function Segmented<T extends string>({ label, shown, value, options, onChange }: Props<T>) {
  const name = useId()
  return (
    <fieldset>
      <legend className={shown ? styles['legend'] : 'hidden'}>{label}</legend>
      <div className={styles['row']}>
        {options.map((option) => (
          <label
            key={option.value}
            className={styles['option']}
            data-tone={option.tone}
            data-on={option.value === value || undefined}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
