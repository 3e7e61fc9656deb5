import { useEffect, useId, useRef, type ReactNode } from 'react'
import styles from './dialog.module.css'

interface Props {
  readonly title: string
  readonly onClose: () => void
  /** on Ctrl+Enter, ⌘+Enter on a Mac */
  readonly onConfirm?: (() => void) | undefined
  readonly actions: ReactNode
  readonly children: ReactNode
}

/** A modal dialog, open as long as it is rendered. Escape closes it; focus returns by itself. */
export function Dialog({ title, onClose, onConfirm, actions, children }: Props) {
  const id = useId()
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      className={styles['dialog']}
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        onConfirm?.()
      }}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <h2 id={id} className={styles['title']}>
        {title}
      </h2>
      <div className={styles['body']}>{children}</div>
      <div className={styles['actions']}>{actions}</div>
    </dialog>
  )
}
