import { useText } from '../i18n/use-text.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { Problem } from './states.tsx'

interface Props {
  readonly title: string
  readonly text: string
  /** what the deciding button says */
  readonly confirm: string
  readonly action: {
    readonly run: (input: undefined) => void
    readonly busy: boolean
    readonly error: unknown
  }
  readonly onClose: () => void
}

/** Asks once more before something that cannot be taken back. */
export function ConfirmDialog({ title, text, confirm, action, onClose }: Props) {
  const t = useText()
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.shell.back}</Button>
          <Button tone="danger" busy={action.busy} onClick={() => action.run(undefined)}>
            {confirm}
          </Button>
        </>
      }
    >
      <p>{text}</p>
      {action.error !== null && <Problem error={action.error} />}
    </Dialog>
  )
}
