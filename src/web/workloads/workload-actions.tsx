import { useState } from 'react'
import type { Allocation, Workload } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { saveBytes } from '../ui/save-bytes.ts'
import { CloseDialog } from './close-dialog.tsx'
import { hasEnded } from './stage-list.ts'
import { SuspendButton } from './suspend-button.tsx'

const GRACE_SECONDS = 10

/** Stop or suspend the workload, fetch its output, give the machine back. */
export function WorkloadActions({
  workload,
  allocation,
}: {
  readonly workload: Workload
  readonly allocation: Allocation | null
}) {
  const t = useText()
  const [isStopping, setIsStopping] = useState(false)
  const [isClosing, setIsClosing] = useState(false)
  const params = { workload_id: workload.id }
  const stop = useAction(
    () => api().stopWorkload({ params, query: { grace_seconds: GRACE_SECONDS } }),
    () => setIsStopping(false),
  )
  const fetchOutput = useAction(async () => {
    await saveBytes(await api().getWorkloadOutput({ params }), `${workload.id}.tar`)
    return null
  })
  return (
    <>
      {workload.output_digest !== null && (
        <Button busy={fetchOutput.busy} onClick={() => fetchOutput.run(undefined)}>
          {t.workloads.output}
        </Button>
      )}
      {allocation !== null && allocation.status !== 'closed' && (
        <Button onClick={() => setIsClosing(true)}>{t.workloads.close}</Button>
      )}
      {allocation !== null && allocation.status !== 'closed' && !hasEnded(workload) && (
        <SuspendButton allocation={allocation} />
      )}
      {!hasEnded(workload) && (
        <Button
          tone="danger"
          why={workload.stop_requested === null ? null : t.workloads.stopping}
          onClick={() => setIsStopping(true)}
        >
          {t.workloads.stop}
        </Button>
      )}
      {isStopping && (
        <ConfirmDialog
          title={t.workloads.stopTitle}
          text={t.workloads.stopText}
          confirm={t.workloads.stop}
          action={stop}
          onClose={() => setIsStopping(false)}
        />
      )}
      {isClosing && allocation !== null && (
        <CloseDialog allocation={allocation} onClose={() => setIsClosing(false)} />
      )}
    </>
  )
}
