import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import styles from './menu.module.css'

/** A button that opens a small panel below it; Escape or a click elsewhere closes it. */
export function Menu({
  label,
  button,
  children,
}: {
  readonly label: string
  readonly button: ReactNode
  readonly children: (close: () => void) => ReactNode
}) {
  const id = useId()
  const [isOpen, setIsOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!isOpen) return undefined
    const onPointer = (event: Event): void => {
      if (!place.current?.contains(event.target as Node)) setIsOpen(false)
    }
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      setIsOpen(false)
      opener.current?.focus()
    }
    document.addEventListener('pointerdown', onPointer)
    document.addEventListener('keydown', onKey)
    return () => {
      document.removeEventListener('pointerdown', onPointer)
      document.removeEventListener('keydown', onKey)
    }
  }, [isOpen])
  return (
    <div
      ref={place}
      className={styles['menu']}
      onBlur={(event) => {
        const next = event.relatedTarget
        if (next !== null && !place.current?.contains(next)) setIsOpen(false)
      }}
    >
      <button
        ref={opener}
        type="button"
        className={styles['opener']}
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setIsOpen(!isOpen)}
      >
        {button}
      </button>
      {isOpen && (
        <div id={id} className={styles['panel']} role="group" aria-label={label}>
          {children(() => setIsOpen(false))}
        </div>
      )}
    </div>
  )
}
