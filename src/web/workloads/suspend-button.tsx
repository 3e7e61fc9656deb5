import { useState } from 'react'
import type { Allocation } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'

/** Halts what runs on the allocation, or lets it go on; says first what it costs, or why it cannot. */
export function SuspendButton({ allocation }: { readonly allocation: Allocation }) {
  const t = useText()
  const [isAsking, setIsAsking] = useState(false)
  const isSuspended = allocation.suspended_at !== null
  const params = { allocation_id: allocation.id }
  const action = useAction(
    () => (isSuspended ? api().resumeAllocation({ params }) : api().suspendAllocation({ params })),
    () => setIsAsking(false),
  )
  const label = isSuspended ? t.workloads.resume : t.workloads.suspend
  return (
    <>
      <Button onClick={() => setIsAsking(true)}>{label}</Button>
      {isAsking && (
        <ConfirmDialog
          title={isSuspended ? t.workloads.resumeTitle : t.workloads.suspendTitle}
          text={isSuspended ? t.workloads.resumeText : t.workloads.suspendText}
          confirm={label}
          action={action}
          onClose={() => setIsAsking(false)}
        />
      )}
    </>
  )
}
