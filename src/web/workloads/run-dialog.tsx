import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Allocation, WorkloadSpecBody } from '../../wire/index.ts'
import { useText } from '../i18n/use-text.ts'
import { api } from '../state/session.ts'
import { useAction } from '../state/use-action.ts'
import { Button } from '../ui/button.tsx'
import { Check } from '../ui/check.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { Problem } from '../ui/states.tsx'
import { specOf } from './command.ts'

/** Starts a command on an allocation that is rented already. */
export function RunDialog({
  allocation,
  onClose,
}: {
  readonly allocation: Allocation
  readonly onClose: () => void
}) {
  const t = useText()
  const navigate = useNavigate()
  const [command, setCommand] = useState('')
  const [closeAfter, setCloseAfter] = useState(false)
  const [isTried, setIsTried] = useState(false)
  const spec = specOf(command)
  const start = useAction(
    (given: WorkloadSpecBody) =>
      api().startWorkload({
        params: { allocation_id: allocation.id },
        body: { spec: given, close_allocation: closeAfter },
      }),
    ({ workload }) => void navigate({ to: '/workloads/$id', params: { id: workload.id } }),
  )
  return (
    <Dialog
      title={t.workloads.runTitle(allocation.id)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.shell.cancel}</Button>
          <Button
            tone="primary"
            busy={start.busy}
            onClick={() => {
              setIsTried(true)
              if (spec !== null) start.run(spec)
            }}
          >
            {t.workloads.start}
          </Button>
        </>
      }
    >
      <Field
        label={t.workloads.command}
        hint={t.workloads.commandHint}
        error={isTried && spec === null ? t.workloads.needCommand : null}
      >
        {(wiring) => (
          <textarea
            {...wiring}
            rows={3}
            spellCheck={false}
            value={command}
            onChange={(event) => setCommand(event.target.value)}
          />
        )}
      </Field>
      <Check label={t.rent.closeAfter} checked={closeAfter} onChange={setCloseAfter} />
      {start.error !== null && <Problem error={start.error} />}
    </Dialog>
  )
}
