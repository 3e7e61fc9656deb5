import type { Allocation } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'

export function CloseDialog({
  allocation,
  onClose,
}: {
  readonly allocation: Allocation
  readonly onClose: () => void
}) {
  const t = useText()
  const close = useAction(
    () => api().closeAllocation({ params: { allocation_id: allocation.id } }),
    () => onClose(),
  )
  return (
    <ConfirmDialog
      title={t.workloads.closeTitle}
      text={t.workloads.closeText}
      confirm={t.workloads.close}
      action={close}
      onClose={onClose}
    />
  )
}
